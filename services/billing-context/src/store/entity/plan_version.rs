//! Every plan as it ever stood; rows are added and never changed.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Counts the versions of the code from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The plan as JSON.
    #[sea_orm(column_type = "Text")]
    pub terms: String,
    pub created_ms: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
