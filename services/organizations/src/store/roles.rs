//! The roles that organizations made for themselves.

use std::collections::{BTreeSet, HashMap};

use access_policy::BuiltInRole;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set,
};
use service_kit::WriteTransaction;
use uuid::Uuid;

use crate::domain::custom_role::{CustomRole, RoleCode};
use crate::domain::ids::{OrganizationId, RoleId};
use crate::domain::permission::PermissionCode;
use crate::domain::role_book::RoleBook;
use crate::store::entity::role::{ActiveModel, Column, Entity, Model};
use crate::store::entity::{member_role, role_permission};

/// The organization's roles of these codes; what is built in is not asked for.
pub async fn by_codes(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    codes: &[String],
) -> Result<RoleBook, DbErr> {
    let custom: Vec<&str> = codes.iter().map(String::as_str).filter(|code| !is_built_in(code)).collect();
    Ok(RoleBook::with(of_organizations(connection, &[organization_id], &custom).await?))
}

/// The organization's roles of these ids; what is built in is not asked for.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    ids: &[RoleId],
) -> Result<RoleBook, DbErr> {
    let custom: Vec<Uuid> = ids.iter().map(|id| id.uuid()).filter(|id| BuiltInRole::from_id(*id).is_none()).collect();
    if custom.is_empty() {
        return Ok(RoleBook::default());
    }
    let rows = Entity::find()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::Id.is_in(custom))
        .all(connection)
        .await?;
    Ok(RoleBook::with(complete(connection, rows).await?))
}

/// The roles of these codes that these organizations made.
pub async fn of_organizations(
    connection: &impl ConnectionTrait,
    organization_ids: &[OrganizationId],
    codes: &[&str],
) -> Result<Vec<CustomRole>, DbErr> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find()
        .filter(Column::OrganizationId.is_in(organization_ids.iter().map(|id| id.uuid())))
        .filter(Column::Code.is_in(codes.iter().copied()))
        .all(connection)
        .await?;
    complete(connection, rows).await
}

/// Whether a code is that of a built-in role.
pub fn is_built_in(code: &str) -> bool {
    BuiltInRole::from_code(code).is_some()
}

/// Reads one.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    id: RoleId,
) -> Result<Option<CustomRole>, DbErr> {
    let row =
        Entity::find_by_id(id.uuid()).filter(Column::OrganizationId.eq(organization_id.uuid())).one(connection).await?;
    Ok(complete(connection, row.into_iter().collect()).await?.pop())
}

/// Reads up to `limit` by code, after the one named.
pub async fn list(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<CustomRole>, DbErr> {
    let mut page = Entity::find().filter(Column::OrganizationId.eq(organization_id.uuid()));
    if let Some(code) = after {
        page = page.filter(Column::Code.gt(code));
    }
    let rows = page.order_by_asc(Column::Code).limit(limit).all(connection).await?;
    complete(connection, rows).await
}

/// How many an organization has.
pub async fn count(connection: &impl ConnectionTrait, organization_id: OrganizationId) -> Result<u64, DbErr> {
    Entity::find().filter(Column::OrganizationId.eq(organization_id.uuid())).count(connection).await
}

/// Writes a new one; false, and nothing written, when the organization has one of its code.
pub async fn insert(transaction: &WriteTransaction, role: &CustomRole) -> Result<bool, DbErr> {
    let row = ActiveModel {
        id: Set(role.id.uuid()),
        organization_id: Set(role.organization_id.uuid()),
        code: Set(role.code.as_str().to_owned()),
        name: Set(role.name.clone()),
        description: Set(role.description.clone()),
        created_ms: Set(role.created),
        updated_ms: Set(role.updated),
    };
    let taken = OnConflict::columns([Column::OrganizationId, Column::Code]).do_nothing().to_owned();
    let insert = Entity::insert(row).on_conflict(taken).into_query();
    if transaction.execute(&insert).await?.rows_affected() == 0 {
        return Ok(false);
    }
    insert_permissions(transaction, role.id, &role.permissions).await?;
    Ok(true)
}

/// Writes what differs.
pub async fn update(transaction: &WriteTransaction, before: &CustomRole, role: &CustomRole) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(role.name.clone()))
        .col_expr(Column::Description, Expr::value(role.description.clone()))
        .col_expr(Column::UpdatedMs, Expr::value(role.updated))
        .filter(Column::OrganizationId.eq(role.organization_id.uuid()))
        .filter(Column::Id.eq(role.id.uuid()))
        .exec(transaction)
        .await?;
    let removed = before.permissions.difference(&role.permissions).map(PermissionCode::as_str);
    role_permission::Entity::delete_many()
        .filter(role_permission::Column::RoleId.eq(role.id.uuid()))
        .filter(role_permission::Column::PermissionCode.is_in(removed))
        .exec(transaction)
        .await?;
    let added = role.permissions.difference(&before.permissions).cloned().collect();
    insert_permissions(transaction, role.id, &added).await
}

/// Removes one.
pub async fn delete(transaction: &WriteTransaction, organization_id: OrganizationId, id: RoleId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization_id.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Removes all that an organization has.
pub async fn delete_all(transaction: &WriteTransaction, organization_id: OrganizationId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::OrganizationId.eq(organization_id.uuid())).exec(transaction).await.map(|_| ())
}

/// Whether a member holds the role.
pub async fn is_held(
    connection: &impl ConnectionTrait,
    organization_id: OrganizationId,
    code: &RoleCode,
) -> Result<bool, DbErr> {
    let holder = member_role::Entity::find()
        .filter(member_role::Column::OrganizationId.eq(organization_id.uuid()))
        .filter(member_role::Column::RoleCode.eq(code.as_str()))
        .limit(1)
        .one(connection)
        .await?;
    Ok(holder.is_some())
}

async fn insert_permissions(
    transaction: &WriteTransaction,
    role_id: RoleId,
    permissions: &BTreeSet<PermissionCode>,
) -> Result<(), DbErr> {
    if permissions.is_empty() {
        return Ok(());
    }
    let rows = permissions.iter().map(|code| role_permission::ActiveModel {
        role_id: Set(role_id.uuid()),
        permission_code: Set(code.to_string()),
    });
    let insert = role_permission::Entity::insert_many(rows).into_query();
    transaction.execute(&insert).await.map(|_| ())
}

/// Adds permissions to roles, keeping their order, with one query however many they are.
async fn complete(connection: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<CustomRole>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let held = role_permission::Entity::find()
        .filter(role_permission::Column::RoleId.is_in(rows.iter().map(|row| row.id)))
        .all(connection)
        .await?;
    let mut permissions: HashMap<Uuid, BTreeSet<PermissionCode>> = HashMap::new();
    for row in held {
        permissions.entry(row.role_id).or_default().insert(PermissionCode::stored(row.permission_code));
    }
    let roles = rows.into_iter().map(|row| CustomRole {
        code: RoleCode::stored(row.code),
        id: row.id.into(),
        organization_id: row.organization_id.into(),
        name: row.name,
        description: row.description,
        permissions: permissions.remove(&row.id).unwrap_or_default(),
        created: row.created_ms,
        updated: row.updated_ms,
    });
    Ok(roles.collect())
}
