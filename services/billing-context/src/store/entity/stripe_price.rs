//! Prices at Stripe, each of one version of a plan.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stripe_prices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub price_id: String,
    pub is_live: bool,
    pub plan_code: String,
    pub plan_version: i32,
    /// The terms that it was made for, as JSON.
    #[sea_orm(column_type = "Text")]
    pub plan_terms: String,
    pub created_ms: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
