//! Which organizations' roles hold permissions that are about to go.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::domain::custom_role::RoleCode;
use crate::domain::ids::OrganizationId;
use crate::domain::loss::Loss;
use crate::domain::permission::PermissionCode;
use crate::store::entity::{role, role_permission};

/// Reads up to `limit` losses in the order of the organizations' ids, after the one named.
pub async fn list(
    connection: &impl ConnectionTrait,
    going: &BTreeSet<PermissionCode>,
    after: Option<OrganizationId>,
    limit: u64,
) -> Result<Vec<Loss>, DbErr> {
    let mut losing = holding(going);
    losing
        .and_where_option(after.map(|after| organization().gt(after.uuid())))
        .order_by_expr(organization(), Order::Asc)
        .limit(limit);
    let rows = connection.query_all(&losing).await?;
    let ids = rows.iter().map(|row| row.try_get("", "organization_id")).collect::<Result<Vec<Uuid>, _>>()?;

    let role = Expr::col((role::Entity, role::Column::Code));
    let permission = Expr::col((role_permission::Entity, role_permission::Column::PermissionCode));
    let mut roles = codes(connection, going, &ids, role).await?;
    let mut permissions = codes(connection, going, &ids, permission).await?;
    let loss = |id: Uuid| Loss {
        organization_id: id.into(),
        roles: roles.remove(&id).unwrap_or_default().into_iter().map(RoleCode::stored).collect(),
        permissions: permissions.remove(&id).unwrap_or_default().into_iter().map(PermissionCode::stored).collect(),
    };
    Ok(ids.into_iter().map(loss).collect())
}

/// Codes of the roles that hold something that goes, or of what they hold of it, by organization.
async fn codes(
    connection: &impl ConnectionTrait,
    going: &BTreeSet<PermissionCode>,
    organization_ids: &[Uuid],
    code: Expr,
) -> Result<HashMap<Uuid, Vec<String>>, DbErr> {
    let mut select = holding(going);
    select.expr_as(code, Alias::new("code")).and_where(organization().is_in(organization_ids.iter().copied()));
    let mut codes: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in connection.query_all(&select).await? {
        codes.entry(row.try_get("", "organization_id")?).or_default().push(row.try_get("", "code")?);
    }
    Ok(codes)
}

/// Organizations, each once, with a role that holds something that goes.
fn holding(going: &BTreeSet<PermissionCode>) -> SelectStatement {
    let held = |column| Expr::col((role_permission::Entity, column));
    let same_role = held(role_permission::Column::RoleId).equals((role::Entity, role::Column::Id));
    Query::select()
        .distinct()
        .expr_as(organization(), Alias::new("organization_id"))
        .from(role_permission::Entity)
        .inner_join(role::Entity, same_role)
        .and_where(held(role_permission::Column::PermissionCode).is_in(going.iter().map(PermissionCode::as_str)))
        .to_owned()
}

fn organization() -> Expr {
    Expr::col((role::Entity, role::Column::OrganizationId))
}
