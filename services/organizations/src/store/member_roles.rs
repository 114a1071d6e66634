//! Which roles members hold.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait, Set};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::custom_role::CustomRole;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::role::Role;
use crate::domain::role_book::RoleBook;
use crate::domain::roles::Roles;
use crate::store::entity::member_role::{ActiveModel, Column, Entity};
use crate::store::entity::membership;
use crate::store::roles;

/// Makes a member hold exactly these roles; those that stay keep the time since when they are held.
pub async fn replace(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
    user_id: UserId,
    roles: &Roles,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::RoleCode.is_not_in(roles.codes()))
        .exec(transaction)
        .await?;
    let rows = roles.codes().into_iter().map(|code| ActiveModel {
        organization_id: Set(organization_id.uuid()),
        user_id: Set(user_id.uuid()),
        role_code: Set(code.to_owned()),
        granted_ms: Set(now),
    });
    let held_already =
        OnConflict::columns([Column::OrganizationId, Column::UserId, Column::RoleCode]).do_nothing().to_owned();
    let insert = Entity::insert_many(rows).on_conflict(held_already).into_query();
    transaction.execute(&insert).await.map(|_| ())
}

/// The roles that these users hold in these organizations. A code that nobody knows any more gives no right.
pub async fn of(
    connection: &impl ConnectionTrait,
    organization_ids: &[OrganizationId],
    user_ids: &[UserId],
) -> Result<HashMap<(OrganizationId, UserId), Roles>, DbErr> {
    let rows = Entity::find()
        .filter(Column::OrganizationId.is_in(organization_ids.iter().map(|id| id.uuid())))
        .filter(Column::UserId.is_in(user_ids.iter().map(|id| id.uuid())))
        .all(connection)
        .await?;
    let codes: BTreeSet<&str> = rows.iter().map(|row| row.role_code.as_str()).collect();
    let custom_codes: Vec<&str> = codes.into_iter().filter(|code| !roles::is_built_in(code)).collect();
    let mut custom: HashMap<OrganizationId, Vec<CustomRole>> = HashMap::new();
    for role in roles::of_organizations(connection, organization_ids, &custom_codes).await? {
        custom.entry(role.organization_id).or_default().push(role);
    }
    let books: HashMap<OrganizationId, RoleBook> =
        custom.into_iter().map(|(organization_id, roles)| (organization_id, RoleBook::with(roles))).collect();

    let built_in = RoleBook::default();
    let mut held: HashMap<(OrganizationId, UserId), Vec<Role>> = HashMap::new();
    for row in rows {
        let (organization_id, user_id) = (OrganizationId::from(row.organization_id), UserId::from(row.user_id));
        let book = books.get(&organization_id).unwrap_or(&built_in);
        if let Ok(role) = book.by_code(&row.role_code) {
            held.entry((organization_id, user_id)).or_default().push(role);
        }
    }
    Ok(held.into_iter().map(|(member, roles)| (member, Roles::from_iter(roles))).collect())
}

/// The member whose row is being read holds the role.
pub fn is_held_by_member(organization_id: OrganizationId, code: &str) -> Expr {
    let same_user = Expr::col((Entity, Column::UserId)).equals((membership::Entity, membership::Column::UserId));
    let holding = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::OrganizationId)).eq(organization_id.uuid()))
        .and_where(Expr::col((Entity, Column::RoleCode)).eq(code))
        .and_where(same_user)
        .to_owned();
    Expr::exists(holding)
}
