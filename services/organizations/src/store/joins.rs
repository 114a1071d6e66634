//! Acts of joining that happened, and those that never will.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait, Set};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::ids::{JoinId, MembershipId, OrganizationId};
use crate::domain::member::Member;
use crate::store::entity::called_off_join;
use crate::store::entity::join::{ActiveModel, Column, Entity};

/// The membership that this act of joining made, whether it still exists or not.
pub async fn find(connection: &impl ConnectionTrait, join_id: JoinId) -> Result<Option<MembershipId>, DbErr> {
    let row = Entity::find_by_id(join_id.uuid()).one(connection).await?;
    Ok(row.map(|row| row.membership_id.into()))
}

/// Records that it made this membership; false when it has made another one.
pub async fn record(transaction: &WriteTransaction, join_id: JoinId, member: &Member) -> Result<bool, DbErr> {
    let row = ActiveModel {
        join_id: Set(join_id.uuid()),
        organization_id: Set(member.organization_id.uuid()),
        user_id: Set(member.user_id.uuid()),
        membership_id: Set(member.id.uuid()),
        joined_ms: Set(member.joined),
    };
    let insert =
        Entity::insert(row).on_conflict(OnConflict::column(Column::JoinId).do_nothing().to_owned()).into_query();
    Ok(transaction.execute(&insert).await?.rows_affected() == 1)
}

/// Whether it comes to nothing. The organization must be locked.
pub async fn is_called_off(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    join_id: JoinId,
) -> Result<bool, DbErr> {
    let of_organization = called_off_join::Column::OrganizationId.eq(organization_id.uuid());
    let row = called_off_join::Entity::find_by_id(join_id.uuid()).filter(of_organization).one(transaction).await?;
    Ok(row.is_some())
}

/// Notes that it comes to nothing, and forgets what has been noted in this organization before `forget_before`. The
/// organization must be locked.
pub async fn call_off(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    join_id: JoinId,
    now: Timestamp,
    forget_before: Timestamp,
) -> Result<(), DbErr> {
    use called_off_join::{ActiveModel, Column, Entity};
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::CalledOffMs.lt(forget_before))
        .exec(transaction)
        .await?;
    let row = ActiveModel {
        join_id: Set(join_id.uuid()),
        organization_id: Set(organization_id.uuid()),
        called_off_ms: Set(now),
    };
    let once = OnConflict::column(Column::JoinId).do_nothing().to_owned();
    let insert = Entity::insert(row).on_conflict(once).into_query();
    transaction.execute(&insert).await.map(|_| ())
}
