//! Visits to the portal.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use service_kit::{Id, SecretToken, Timestamp, WriteTransaction};

use crate::domain::{PortalVisit, ReturnUrl};
use crate::store::entity::portal_visit::{Column, Entity, Model};

/// Keeps the secrets of visits apart from all others.
const PURPOSE: &str = "billing/portal-visit";

/// Writes a visit down, with the secret that opens it.
pub async fn insert(transaction: &WriteTransaction, visit: &PortalVisit, secret: &SecretToken) -> Result<(), DbErr> {
    let row = Model {
        id: visit.id.uuid(),
        organization_id: visit.organization_id.uuid(),
        user_id: visit.user_id.uuid(),
        secret_hash: secret.hash(PURPOSE),
        return_url: visit.return_url.to_string(),
        created_ms: visit.created,
        expires_ms: visit.expires,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// The visit that a secret opens: whoever holds it acts for its organization.
pub async fn find_by_secret(
    connection: &impl ConnectionTrait,
    secret: &SecretToken,
) -> Result<Option<PortalVisit>, DbErr> {
    let row = Entity::find().filter(Column::SecretHash.eq(secret.hash(PURPOSE))).one(connection).await?;
    Ok(row.map(|row| PortalVisit {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        user_id: Id::from(row.user_id),
        return_url: ReturnUrl::stored(row.return_url),
        created: row.created_ms,
        expires: row.expires_ms,
    }))
}

/// Forgets visits that were over before this instant.
pub async fn sweep(transaction: &WriteTransaction, before: Timestamp) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::ExpiresMs.lt(before)).exec(transaction).await?;
    Ok(())
}
