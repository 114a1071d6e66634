//! Subscriptions, present and past; `ended_ms` is empty for the present one.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Who looks after it; `manual` is the built-in provider.
    pub provider: String,
    pub plan_code: String,
    /// The plan as it was taken, as JSON.
    #[sea_orm(column_type = "Text")]
    pub plan_terms: String,
    pub trial_ends_ms: Option<Timestamp>,
    pub created_ms: Timestamp,
    pub ended_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
