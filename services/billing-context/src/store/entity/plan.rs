//! Every plan ever offered; `withdrawn_ms` is empty while it is on offer.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The newest version of the plan, as JSON.
    #[sea_orm(column_type = "Text")]
    pub terms: String,
    /// The number of that version.
    pub version: i32,
    pub display_order: i32,
    pub withdrawn_ms: Option<Timestamp>,
    pub updated_ms: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
