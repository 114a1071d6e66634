//! Sign-ups by link: one row per link and address, counted in the link's sign-ups.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_sign_ups")]
pub struct Model {
    /// Made of the link and the address by a keyed hash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: Vec<u8>,
    pub link_id: Uuid,
    /// Those of which nobody knows that they made no account.
    pub attempts: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
