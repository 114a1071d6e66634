//! Server API keys. Rows are added and never changed, so that a charge that holds its key waits for nobody but an end of it.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "server_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub secret_hash: Vec<u8>,
    pub name: String,
    /// Words with a space between.
    pub scopes: String,
    /// Null: the operator, at the command line.
    pub created_by: Option<Uuid>,
    pub created_ms: Timestamp,
    pub expires_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
