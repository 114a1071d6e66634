//! Acts of joining that happened: each makes one membership, once.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "joins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub join_id: Uuid,
    pub organization_id: Uuid,
    pub user_id: Uuid,
    pub membership_id: Uuid,
    pub joined_ms: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
