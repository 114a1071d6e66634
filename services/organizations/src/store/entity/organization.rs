//! Organizations; a deleted one stays as a tombstone that keeps its slug.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    pub is_personal: bool,
    pub personal_user_id: Option<Uuid>,
    pub is_suspended: bool,
    /// JSON of the domain's `Profile`.
    #[sea_orm(column_type = "Text")]
    pub profile: String,
    pub created_ms: Timestamp,
    pub updated_ms: Timestamp,
    pub deleted_ms: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
