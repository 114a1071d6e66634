//! Invitations; at most one open one per organization and address.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub organization_name: String,
    pub email: String,
    /// A JSON array.
    #[sea_orm(column_type = "Text")]
    pub role_ids: String,
    pub status: String,
    pub invited_by: Uuid,
    pub token_hash: Vec<u8>,
    pub expires_ms: Timestamp,
    /// Who is accepting or has accepted.
    pub accepting_user_id: Option<Uuid>,
    pub accepted_ms: Option<Timestamp>,
    pub created_ms: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
