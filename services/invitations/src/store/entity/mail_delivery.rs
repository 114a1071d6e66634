//! The newest mail of each invitation that was mailed.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation_id: Uuid,
    /// Names the intent to send it, so that what becomes of an older mail is not told of this one.
    pub mail_key: String,
    pub status: String,
    pub attempts: i32,
    pub problem: Option<String>,
    pub queued_ms: Timestamp,
    /// When it was sent or given up.
    pub settled_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
