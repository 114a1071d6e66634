//! Sessions.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub app_code: String,
    pub active_organization_id: Uuid,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
    pub is_remembered: bool,
    pub in_cookies: bool,
    pub created_ms: Timestamp,
    pub last_activity_ms: Timestamp,
    pub expires_ms: Timestamp,
    pub idle_expires_ms: Timestamp,
    pub ended_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
