//! Organizations as customers of Stripe, in test mode and in live mode.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stripe_customers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub is_live: bool,
    pub customer_id: String,
    /// Counts the reasons to read the customer at Stripe.
    pub wanted: i64,
    /// Up to which of them what was read has been applied.
    pub done: i64,
    /// When it was read last.
    pub checked_ms: Timestamp,
    pub created_ms: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
