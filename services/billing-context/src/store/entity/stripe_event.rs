//! Events of Stripe that came, each under its own id, and what waits for the operator, under a name for all that tell the
//! same. What they said is not kept.

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
    /// When the operator took it off the list.
    pub dismissed_ms: Option<Timestamp>,
    /// How often it was told.
    pub times: i64,
    /// When it was told last.
    pub last_ms: Timestamp,
    /// The event that told it last; empty for what was found while reading.
    pub stripe_event_id: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
