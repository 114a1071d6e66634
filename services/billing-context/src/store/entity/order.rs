//! Checkouts that were started.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub user_id: Uuid,
    pub provider: String,
    /// Of the secret that the built-in provider's page is opened with.
    pub secret_hash: Vec<u8>,
    pub plan_code: String,
    pub plan_version: i32,
    /// The plan as JSON.
    #[sea_orm(column_type = "Text")]
    pub plan_terms: String,
    pub trial_days: i32,
    #[sea_orm(column_type = "Text")]
    pub success_url: String,
    #[sea_orm(column_type = "Text")]
    pub cancel_url: String,
    pub created_ms: Timestamp,
    pub expires_ms: Timestamp,
    pub confirmed_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
