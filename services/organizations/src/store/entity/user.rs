//! Users as far as they are known here; one who has departed stays as a tombstone without a profile.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub email: String,
    pub display_name: Option<String>,
    pub version: i64,
    pub is_active: bool,
    /// Codes, joined by commas.
    #[sea_orm(column_type = "Text")]
    pub platform_roles: String,
    pub departed_ms: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
