//! Links, each with the numbers of its uses and of the sign-ups by it.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invite_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub organization_name: String,
    /// A JSON array.
    #[sea_orm(column_type = "Text")]
    pub role_ids: String,
    pub token_hash: Vec<u8>,
    pub max_uses: Option<i32>,
    pub uses: i32,
    pub sign_ups: i32,
    pub is_active: bool,
    /// Not active for good.
    pub is_revoked: bool,
    /// Why it is revoked, if that is known.
    pub void_cause: Option<String>,
    pub expires_ms: Option<Timestamp>,
    pub created_by: Uuid,
    pub created_ms: Timestamp,
    /// Under which organizations keeps its roles; none: under the link's id.
    pub offer_id: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
