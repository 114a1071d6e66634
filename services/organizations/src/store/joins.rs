//! Acts of joining that happened.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryTrait, Set};
use service_kit::WriteTransaction;

use crate::domain::ids::{JoinId, MembershipId};
use crate::domain::member::Member;
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
