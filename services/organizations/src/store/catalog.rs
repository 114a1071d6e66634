//! The permission catalog: the core's part is in the code, the services' parts are here.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};
use service_kit::WriteTransaction;

use crate::domain::permission::{Catalog, Definition, PermissionCode};
use crate::store::entity::permission::{ActiveModel, Column, Entity, Model};
use crate::store::entity::{catalog_lock, role_permission};

/// Reads all of it.
pub async fn read(connection: &impl ConnectionTrait) -> Result<Catalog, DbErr> {
    let rows = Entity::find().all(connection).await?;
    Ok(Catalog::with(rows.into_iter().map(Definition::from)))
}

/// Reads what services registered, with the service of each, and keeps everybody waiting who registers or changes what
/// custom roles hold. Whoever has it locks no organization.
pub async fn lock_registered(transaction: &WriteTransaction) -> Result<Vec<(String, Definition)>, DbErr> {
    // One row for all: nothing else keeps two who register from adding at once.
    catalog_lock::Entity::find().lock_exclusive().all(transaction).await?;
    let rows = Entity::find().order_by_asc(Column::Code).all(transaction).await?;
    Ok(rows.into_iter().map(|row| (row.service.clone(), row.into())).collect())
}

/// Keeps whoever registers waiting, and nobody else. Comes before anything changes that custom roles hold, and after the
/// lock of their organization.
pub async fn keep(transaction: &WriteTransaction) -> Result<(), DbErr> {
    catalog_lock::Entity::find().lock_shared().all(transaction).await.map(|_| ())
}

/// Writes a definition, new or changed; false, and nothing written, when another service has the code.
pub async fn write(transaction: &WriteTransaction, service: &str, definition: &Definition) -> Result<bool, DbErr> {
    let row = ActiveModel {
        code: Set(definition.code.to_string()),
        service: Set(service.to_owned()),
        name: Set(definition.name.clone()),
        description: Set(definition.description.clone()),
        category: Set(definition.category.clone()),
        is_org_assignable: Set(definition.is_org_assignable),
    };
    let changed = OnConflict::column(Column::Code)
        .update_columns([Column::Name, Column::Description, Column::Category, Column::IsOrgAssignable])
        .action_and_where(Expr::col((Entity, Column::Service)).eq(service))
        .to_owned();
    let upsert = Entity::insert(row).on_conflict(changed).into_query();
    Ok(transaction.execute(&upsert).await?.rows_affected() == 1)
}

/// Removes definitions.
pub async fn remove(transaction: &WriteTransaction, codes: &[PermissionCode]) -> Result<(), DbErr> {
    let codes = codes.iter().map(PermissionCode::as_str);
    Entity::delete_many().filter(Column::Code.is_in(codes)).exec(transaction).await.map(|_| ())
}

/// Which of these some custom role holds.
pub async fn held(
    connection: &impl ConnectionTrait,
    codes: &[PermissionCode],
) -> Result<BTreeSet<PermissionCode>, DbErr> {
    let held: Vec<String> = role_permission::Entity::find()
        .select_only()
        .column(role_permission::Column::PermissionCode)
        .distinct()
        .filter(role_permission::Column::PermissionCode.is_in(codes.iter().map(PermissionCode::as_str)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(held.into_iter().map(PermissionCode::stored).collect())
}

/// Takes these from every custom role.
pub async fn take_away(transaction: &WriteTransaction, codes: &BTreeSet<PermissionCode>) -> Result<(), DbErr> {
    role_permission::Entity::delete_many()
        .filter(role_permission::Column::PermissionCode.is_in(codes.iter().map(PermissionCode::as_str)))
        .exec(transaction)
        .await
        .map(|_| ())
}

impl From<Model> for Definition {
    fn from(row: Model) -> Self {
        Self {
            code: PermissionCode::stored(row.code),
            name: row.name,
            description: row.description,
            category: row.category,
            is_org_assignable: row.is_org_assignable,
        }
    }
}
