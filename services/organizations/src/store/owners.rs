//! Who owns organizations.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::{Organization, OrganizationView};
use crate::domain::role::Role;
use crate::store::entity::{member_role, membership, organization, user};

/// Active owners whose accounts are in use, at most two: enough to know that one remains.
pub async fn two_active(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
) -> Result<Vec<UserId>, DbErr> {
    let active = first(2, owners_of(organization_id.uuid().into()).and_where(is_in_force()));
    let rows = connection.query_all(&active).await?;
    rows.iter().map(|row| Ok(UserId::from(row.try_get::<Uuid>("", "user_id")?))).collect()
}

/// Adds to organizations who has been their owner for the longest time, with two queries at most.
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
    let in_force = |owners: &mut SelectStatement| owners.and_where(is_in_force()).to_owned();
    let mut found = first_of_each(connection, organization_ids, in_force).await?;
    // While every owner's account is suspended, the first of them stands for the organization.
    let left: Vec<OrganizationId> = organization_ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    if !left.is_empty() {
        found.extend(first_of_each(connection, &left, |owners| owners.to_owned()).await?);
    }
    Ok(found)
}

/// Reads one owner of each organization, however many there are; `narrow` says which owners count.
async fn first_of_each(
    connection: &impl ConnectionTrait,
    organization_ids: &[OrganizationId],
    narrow: impl FnOnce(&mut SelectStatement) -> SelectStatement,
) -> Result<HashMap<OrganizationId, UserId>, DbErr> {
    let id = || Expr::col((organization::Entity, organization::Column::Id));
    let owner = first(1, &mut narrow(&mut owners_of(id())));
    let owners = Query::select()
        .expr(id())
        .expr_as(Expr::SubQuery(None, Box::new(owner.into())), Alias::new("owner_id"))
        .from(organization::Entity)
        .and_where(id().is_in(organization_ids.iter().map(|id| id.uuid())))
        .to_owned();
    let rows = connection.query_all(&owners).await?;
    let mut found = HashMap::new();
    for row in &rows {
        if let Some(owner_id) = row.try_get::<Option<Uuid>>("", "owner_id")? {
            found.insert(row.try_get::<Uuid>("", "id")?.into(), owner_id.into());
        }
    }
    Ok(found)
}

/// Those of them who have been owners for the longest time. The order also leads both engines to the owners' index: for
/// just any few owners they would look through the rows of every member.
fn first(limit: u64, owners: &mut SelectStatement) -> SelectStatement {
    owners
        .order_by((member_role::Entity, member_role::Column::GrantedMs), Order::Asc)
        .order_by((member_role::Entity, member_role::Column::UserId), Order::Asc)
        .limit(limit)
        .to_owned()
}

/// The users who hold org_owner there, beside their memberships and accounts.
fn owners_of(organization_id: Expr) -> SelectStatement {
    let role = |column| Expr::col((member_role::Entity, column));
    let same_organization = Expr::col((membership::Entity, membership::Column::OrganizationId))
        .equals((member_role::Entity, member_role::Column::OrganizationId));
    let same_member = Expr::col((membership::Entity, membership::Column::UserId))
        .equals((member_role::Entity, member_role::Column::UserId));
    let same_user =
        Expr::col((user::Entity, user::Column::UserId)).equals((member_role::Entity, member_role::Column::UserId));
    Query::select()
        .column((member_role::Entity, member_role::Column::UserId))
        .from(member_role::Entity)
        .inner_join(membership::Entity, same_organization.and(same_member))
        .inner_join(user::Entity, same_user)
        .and_where(role(member_role::Column::OrganizationId).eq(organization_id))
        .and_where(role(member_role::Column::RoleCode).eq(Role::owner().code()))
        .to_owned()
}

fn is_in_force() -> Expr {
    let is_suspended = Expr::col((membership::Entity, membership::Column::IsSuspended));
    let is_active = Expr::col((user::Entity, user::Column::IsActive));
    let departed = Expr::col((user::Entity, user::Column::DepartedMs));
    is_suspended.eq(false).and(is_active.eq(true)).and(departed.is_null())
}
