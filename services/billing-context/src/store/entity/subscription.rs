//! Subscriptions, present and past; `ended_ms` is empty for the present one.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Counts the organization's subscriptions.
    pub number: i64,
    /// Who looks after it; `manual` is the built-in provider.
    pub provider: String,
    /// Its id there; empty with the built-in provider.
    pub provider_id: Option<String>,
    /// Whether real money moves there; empty with the built-in provider.
    pub is_live: Option<bool>,
    pub plan_code: String,
    pub plan_version: i32,
    /// The plan as it was taken, as JSON.
    #[sea_orm(column_type = "Text")]
    pub plan_terms: String,
    pub status: String,
    pub trial_ends_ms: Option<Timestamp>,
    pub anchor_ms: Timestamp,
    pub period_start_ms: Timestamp,
    pub period_end_ms: Option<Timestamp>,
    pub cancel_at_period_end: bool,
    /// The plan from the end of the period on with the number of its version, as JSON.
    #[sea_orm(column_type = "Text")]
    pub pending_plan: Option<String>,
    pub period_credits: i64,
    pub created_ms: Timestamp,
    pub ended_ms: Option<Timestamp>,
    /// Whether it was ended here on purpose, and is to be ended at its provider too.
    pub ended_here: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
