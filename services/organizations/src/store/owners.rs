//! Who owns organizations.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Order, Query, SelectStatement, WindowStatement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::{Organization, OrganizationView};
use crate::domain::role::Role;
use crate::store::entity::{member_role, membership, user};

/// Active owners whose accounts are in use, at most two: enough to know that one remains.
pub async fn two_active(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
) -> Result<Vec<UserId>, DbErr> {
    let active = of_organizations(&[organization_id])
        .column((member_role::Entity, member_role::Column::UserId))
        .and_where(is_in_force())
        .limit(2)
        .to_owned();
    let rows = connection.query_all(&active).await?;
    rows.iter().map(|row| Ok(UserId::from(row.try_get::<Uuid>("", "user_id")?))).collect()
}

/// Adds to organizations who has been their owner for the longest time, with one query for all.
pub async fn view_all(
    connection: &impl ConnectionTrait,
    organizations: Vec<Organization>,
) -> Result<Vec<OrganizationView>, DbErr> {
    let ids: Vec<OrganizationId> = organizations.iter().map(|organization| organization.id).collect();
    let owners = longest_standing(connection, &ids).await?;
    let view = |organization: Organization| {
        let owner_id = owners.get(&organization.id).copied();
        OrganizationView { organization, owner_id }
    };
    Ok(organizations.into_iter().map(view).collect())
}

/// Adds to an organization who has been its owner for the longest time.
pub async fn view(connection: &impl ConnectionTrait, organization: Organization) -> Result<OrganizationView, DbErr> {
    let owner_id = longest_standing(connection, &[organization.id]).await?.remove(&organization.id);
    Ok(OrganizationView { organization, owner_id })
}

async fn longest_standing(
    connection: &impl ConnectionTrait,
    organization_ids: &[OrganizationId],
) -> Result<HashMap<OrganizationId, UserId>, DbErr> {
    let (place, ranked) = (Alias::new("place"), Alias::new("ranked"));
    // While every owner's account is suspended, the first of them stands for the organization.
    let seniority = WindowStatement::partition_by((member_role::Entity, member_role::Column::OrganizationId))
        .order_by_expr(CaseStatement::new().case(is_in_force(), 0).finally(1).into(), Order::Asc)
        .order_by((member_role::Entity, member_role::Column::GrantedMs), Order::Asc)
        .order_by((membership::Entity, membership::Column::Id), Order::Asc)
        .to_owned();
    let owners = of_organizations(organization_ids)
        .column((member_role::Entity, member_role::Column::OrganizationId))
        .column((member_role::Entity, member_role::Column::UserId))
        .expr_window_as(Expr::cust("ROW_NUMBER()"), seniority, place.clone())
        .to_owned();
    let first = Query::select()
        .columns([member_role::Column::OrganizationId, member_role::Column::UserId])
        .from_subquery(owners, ranked)
        .and_where(Expr::col(place).eq(1))
        .to_owned();
    let rows = connection.query_all(&first).await?;
    rows.iter()
        .map(|row| {
            let organization_id: Uuid = row.try_get("", "organization_id")?;
            Ok((organization_id.into(), row.try_get::<Uuid>("", "user_id")?.into()))
        })
        .collect()
}

/// Holders of org_owner beside their memberships and accounts.
fn of_organizations(organization_ids: &[OrganizationId]) -> SelectStatement {
    let role = |column| Expr::col((member_role::Entity, column));
    let same_organization = Expr::col((membership::Entity, membership::Column::OrganizationId))
        .equals((member_role::Entity, member_role::Column::OrganizationId));
    let same_member = Expr::col((membership::Entity, membership::Column::UserId))
        .equals((member_role::Entity, member_role::Column::UserId));
    let same_user =
        Expr::col((user::Entity, user::Column::UserId)).equals((member_role::Entity, member_role::Column::UserId));
    Query::select()
        .from(member_role::Entity)
        .inner_join(membership::Entity, same_organization.and(same_member))
        .inner_join(user::Entity, same_user)
        .and_where(role(member_role::Column::OrganizationId).is_in(organization_ids.iter().map(|id| id.uuid())))
        .and_where(role(member_role::Column::RoleCode).eq(Role::owner().code()))
        .to_owned()
}

fn is_in_force() -> Expr {
    let is_suspended = Expr::col((membership::Entity, membership::Column::IsSuspended));
    let is_active = Expr::col((user::Entity, user::Column::IsActive));
    let departed = Expr::col((user::Entity, user::Column::DepartedMs));
    is_suspended.eq(false).and(is_active.eq(true)).and(departed.is_null())
}
