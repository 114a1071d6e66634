//! Counts of tries that failed, by what they are of.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    /// A keyed hash: the table tells neither addresses nor networks.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: Vec<u8>,
    /// In a row.
    pub failures: i32,
    /// When the next try is allowed.
    pub until_ms: Timestamp,
    /// From when on the row says nothing any more.
    pub stale_ms: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
