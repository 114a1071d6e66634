//! Organizations that exist; tombstones are not found.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    QueryTrait, Set,
};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::store::entity::membership;
use crate::store::entity::organization::{ActiveModel, Column, Entity, Model};
use crate::store::{catalog, endings, offers, roles};

/// Reads one.
pub async fn find(connection: &impl ConnectionTrait, id: OrganizationId) -> Result<Option<Organization>, DbErr> {
    let row = Entity::find_by_id(id.uuid()).filter(Column::DeletedMs.is_null()).one(connection).await?;
    row.map(Organization::try_from).transpose()
}

/// Reads one by its slug.
pub async fn find_by_slug(connection: &impl ConnectionTrait, slug: &str) -> Result<Option<Organization>, DbErr> {
    let row = Entity::find().filter(Column::Slug.eq(slug)).filter(Column::DeletedMs.is_null()).one(connection).await?;
    row.map(Organization::try_from).transpose()
}

/// Reads one and keeps everybody else who changes it waiting until the transaction ends.
pub async fn lock(transaction: &WriteTransaction, id: OrganizationId) -> Result<Option<Organization>, DbErr> {
    let row =
        Entity::find_by_id(id.uuid()).filter(Column::DeletedMs.is_null()).lock_exclusive().one(transaction).await?;
    row.map(Organization::try_from).transpose()
}

/// Reads a user's personal organization.
pub async fn find_personal(connection: &impl ConnectionTrait, user_id: UserId) -> Result<Option<Organization>, DbErr> {
    let row = Entity::find()
        .filter(Column::PersonalUserId.eq(user_id.uuid()))
        .filter(Column::DeletedMs.is_null())
        .one(connection)
        .await?;
    row.map(Organization::try_from).transpose()
}

/// Writes a new one; false, and nothing written, when its slug is taken. The slug of an organization that was deleted
/// before `released_before` is not.
pub async fn insert_unless_slug_is_taken(
    transaction: &WriteTransaction,
    organization: &Organization,
    released_before: Timestamp,
) -> Result<bool, DbErr> {
    release_slug(transaction, &organization.slug, released_before).await?;
    let row = row_of(organization)?.into_active_model();
    let insert = Entity::insert(row).on_conflict(OnConflict::column(Column::Slug).do_nothing().to_owned()).into_query();
    Ok(transaction.execute(&insert).await?.rows_affected() == 1)
}

/// Writes what can change about one; the slug of an organization that was deleted before `released_before` is free.
pub async fn update(
    transaction: &WriteTransaction,
    organization: &Organization,
    released_before: Timestamp,
) -> Result<(), DbErr> {
    release_slug(transaction, &organization.slug, released_before).await?;
    row_of(organization)?.into_active_model().reset_all().update(transaction).await.map(|_| ())
}

/// Lets a tombstone that is old enough go by its id, which nobody can choose for a slug.
async fn release_slug(transaction: &WriteTransaction, slug: &str, deleted_before: Timestamp) -> Result<(), DbErr> {
    let holder = Entity::find().filter(Column::Slug.eq(slug)).filter(Column::DeletedMs.lt(deleted_before));
    let Some(tombstone) = holder.one(transaction).await? else { return Ok(()) };
    Entity::update_many()
        .col_expr(Column::Slug, Expr::value(tombstone.id.to_string()))
        .filter(Column::Id.eq(tombstone.id))
        .filter(Column::Slug.eq(slug))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Leaves a tombstone, and ends every membership, role and offer that is left. What people wrote is erased; the slug of a
/// team stays with the tombstone for a while.
pub async fn bury(transaction: &WriteTransaction, organization: &Organization, now: Timestamp) -> Result<(), DbErr> {
    let id = organization.id;
    catalog::keep(transaction).await?;
    roles::delete_all(transaction, id).await?;
    offers::close_all(transaction, id).await?;
    endings::note(transaction, id).await?;
    membership::Entity::delete_many()
        .filter(membership::Column::OrganizationId.eq(id.uuid()))
        .exec(transaction)
        .await?;
    let slug = if organization.is_personal() { id.to_string() } else { organization.slug.clone() };
    let tombstone = ActiveModel {
        id: Set(id.uuid()),
        name: Set(String::new()),
        slug: Set(slug),
        profile: Set("{}".to_owned()),
        updated_ms: Set(now),
        deleted_ms: Set(Some(now)),
        ..Default::default()
    };
    tombstone.update(transaction).await.map(|_| ())
}

impl TryFrom<Model> for Organization {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            slug: row.slug,
            personal_user_id: row.personal_user_id.map(UserId::from),
            status: if row.is_suspended { OrganizationStatus::Suspended } else { OrganizationStatus::Active },
            profile: serde_json::from_str(&row.profile).map_err(|error| DbErr::Json(error.to_string()))?,
            created: row.created_ms,
            updated: row.updated_ms,
        })
    }
}

fn row_of(organization: &Organization) -> Result<Model, DbErr> {
    Ok(Model {
        id: organization.id.uuid(),
        name: organization.name.clone(),
        slug: organization.slug.clone(),
        is_personal: organization.is_personal(),
        personal_user_id: organization.personal_user_id.map(UserId::uuid),
        is_suspended: organization.status == OrganizationStatus::Suspended,
        profile: serde_json::to_string(&organization.profile).map_err(|error| DbErr::Json(error.to_string()))?,
        created_ms: organization.created,
        updated_ms: organization.updated,
        deleted_ms: None,
    })
}
