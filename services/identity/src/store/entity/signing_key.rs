//! Keys that sign access tokens, the private halves sealed.

use sea_orm::entity::prelude::*;
use service_kit::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_id: String,
    pub state: String,
    pub sealed_seed: Vec<u8>,
    pub public_jwk: String,
    pub created_ms: Timestamp,
    /// When it came into its state; absent for keys from before that was noted.
    pub since_ms: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
