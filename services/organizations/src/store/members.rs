//! Members of an organization.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    Set,
};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::ids::{MembershipId, OrganizationId, UserId};
use crate::domain::member::{Member, MemberFilter, MemberStatus};
use crate::store::entity::membership::{ActiveModel, Column, Entity, Model, Relation};
use crate::store::entity::user;
use crate::store::member_roles;
use crate::store::search::holds;

/// Reads one member.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<Option<Member>, DbErr> {
    let row = Entity::find_by_id((organization_id.uuid(), user_id.uuid())).one(connection).await?;
    Ok(complete(connection, row.into_iter().collect()).await?.pop())
}

/// Reads up to `limit` members in the order of joining, after the one named.
pub async fn list(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    filter: &MemberFilter,
    after: Option<(Timestamp, MembershipId)>,
    limit: u64,
) -> Result<Vec<Member>, DbErr> {
    let mut page = Entity::find().filter(Column::OrganizationId.eq(organization_id.uuid()));
    if let Some(search) = &filter.search {
        let email = holds((user::Entity, user::Column::Email), search);
        let name = holds((user::Entity, user::Column::DisplayName), search);
        page = page.join(JoinType::InnerJoin, Relation::User.def()).filter(email.or(name));
    }
    if let Some(code) = &filter.role_code {
        page = page.filter(member_roles::is_held_by_member(organization_id, code));
    }
    if let Some(status) = filter.status {
        page = page.filter(Column::IsSuspended.eq(status == MemberStatus::Suspended));
    }
    if let Some(cursor) = after {
        page = page.filter(joined_after(cursor));
    }
    let rows = page.order_by_asc(Column::JoinedMs).order_by_asc(Column::Id).limit(limit).all(connection).await?;
    complete(connection, rows).await
}

/// What comes later in the order of joining. Compared as one row, which both engines look up in their index; the same
/// as an OR reads everything before it.
pub fn joined_after((joined, id): (Timestamp, MembershipId)) -> Expr {
    let place = [Column::JoinedMs, Column::Id].map(|column| Expr::col((Entity, column)));
    Expr::tuple(place).gt(Expr::tuple([Expr::val(joined), Expr::val(id.uuid())]))
}

/// Whether anybody besides this user belongs to the organization, in whatever status.
pub async fn has_others(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<bool, DbErr> {
    // One row is enough; counting would read every member on each change. With an order, Postgres looks into the
    // index for it and not through the rows of other organizations.
    let other = Entity::find()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::UserId.ne(user_id.uuid()))
        .order_by_asc(Column::JoinedMs)
        .order_by_asc(Column::Id)
        .one(connection)
        .await?;
    Ok(other.is_some())
}

/// Whoever besides this user has belonged for the longest time with an active membership and an account
/// in use.
pub async fn longest_active(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    besides: UserId,
) -> Result<Option<Member>, DbErr> {
    let row = Entity::find()
        .join(JoinType::InnerJoin, Relation::User.def())
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::UserId.ne(besides.uuid()))
        .filter(Column::IsSuspended.eq(false))
        .filter(user::Column::IsActive.eq(true))
        .filter(user::Column::DepartedMs.is_null())
        .order_by_asc(Column::JoinedMs)
        .order_by_asc(Column::Id)
        .one(connection)
        .await?;
    Ok(complete(connection, row.into_iter().collect()).await?.pop())
}

/// Writes a new membership and its roles.
pub async fn insert(transaction: &WriteTransaction, member: &Member) -> Result<(), DbErr> {
    let row = ActiveModel {
        organization_id: Set(member.organization_id.uuid()),
        user_id: Set(member.user_id.uuid()),
        id: Set(member.id.uuid()),
        is_suspended: Set(member.status == MemberStatus::Suspended),
        joined_ms: Set(member.joined),
    };
    Entity::insert(row).exec_without_returning(transaction).await?;
    member_roles::replace(transaction, member.organization_id, member.user_id, &member.roles, member.joined).await
}

/// Writes a membership's status.
pub async fn set_status(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    user_id: UserId,
    status: MemberStatus,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        organization_id: Set(organization_id.uuid()),
        user_id: Set(user_id.uuid()),
        is_suspended: Set(status == MemberStatus::Suspended),
        ..Default::default()
    };
    Entity::update(row).exec(transaction).await.map(|_| ())
}

/// Ends a membership; its roles go with it.
pub async fn delete(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    user_id: UserId,
) -> Result<(), DbErr> {
    Entity::delete_by_id((organization_id.uuid(), user_id.uuid())).exec(transaction).await.map(|_| ())
}

/// Adds roles and users to memberships, keeping their order, with two queries however many they are.
pub(super) async fn complete(connection: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Member>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let organization_ids: HashSet<OrganizationId> = rows.iter().map(|row| row.organization_id.into()).collect();
    let user_ids: HashSet<UserId> = rows.iter().map(|row| row.user_id.into()).collect();
    let organization_ids: Vec<OrganizationId> = organization_ids.into_iter().collect();
    let user_ids: Vec<UserId> = user_ids.into_iter().collect();

    let mut roles = member_roles::of(connection, &organization_ids, &user_ids).await?;
    let users = user::Entity::find()
        .filter(user::Column::UserId.is_in(user_ids.iter().map(|id| id.uuid())))
        .all(connection)
        .await?;
    let users: HashMap<UserId, user::Model> = users.into_iter().map(|user| (user.user_id.into(), user)).collect();

    let members = rows.into_iter().map(|row| {
        let (organization_id, user_id) = (row.organization_id.into(), row.user_id.into());
        let user = users.get(&user_id);
        Member {
            id: row.id.into(),
            organization_id,
            user_id,
            status: if row.is_suspended { MemberStatus::Suspended } else { MemberStatus::Active },
            roles: roles.remove(&(organization_id, user_id)).unwrap_or_default(),
            joined: row.joined_ms,
            email: user.map(|user| user.email.clone()).unwrap_or_default(),
            display_name: user.and_then(|user| user.display_name.clone()),
            has_active_account: user.is_some_and(|user| user.is_active),
        }
    });
    Ok(members.collect())
}
