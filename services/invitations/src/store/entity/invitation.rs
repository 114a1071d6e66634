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
    /// Stands for the joining that is under way, or for the one that was accepted.
    pub claim_id: Option<Uuid>,
    pub accepted_ms: Option<Timestamp>,
    pub created_ms: Timestamp,
    /// From one sending to the expiry.
    pub lifetime_ms: i64,
    /// How many times it was sent again.
    pub generation: i32,
    /// Under which organizations keeps its roles; none: under the invitation's id.
    pub offer_id: Option<Uuid>,
    /// Why it is revoked, if that is known.
    pub void_cause: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
