//! Acts of joining that come to nothing, kept for as long as one of their requests may still arrive.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "called_off_joins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub join_id: Uuid,
    pub organization_id: Uuid,
    pub called_off_ms: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
