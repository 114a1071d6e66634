//! Events of Stripe that came, and those that wait for the operator. What they said is not kept.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stripe_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    pub kind: String,
    pub is_live: bool,
    pub customer_id: Option<String>,
    pub claimed_organization: Option<String>,
    pub occurred_ms: Timestamp,
    pub received_ms: Timestamp,
    /// Why it was set aside; empty for one that was heeded.
    pub set_aside: Option<String>,
    /// When the operator had it heeded after all.
    pub resolved_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
