//! Server API keys: what they are, when they ended, when they were used.

use sea_orm_migration::prelude::*;

use crate::store::entity::{server_key, server_key_end, server_key_register, server_key_use};

pub struct CreateServerKeys;

impl MigrationName for CreateServerKeys {
    fn name(&self) -> &str {
        "0004_server_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateServerKeys {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table(server_key::Entity)
            .col(ColumnDef::new(server_key::Column::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(server_key::Column::SecretHash).binary_len(32).not_null())
            .col(ColumnDef::new(server_key::Column::Name).text().not_null())
            .col(ColumnDef::new(server_key::Column::Scopes).text().not_null())
            .col(ColumnDef::new(server_key::Column::CreatedBy).uuid())
            .col(ColumnDef::new(server_key::Column::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(server_key::Column::ExpiresMs).big_integer())
            .to_owned();
        manager.create_table(keys).await?;
        let by_secret = Index::create()
            .name("server_keys_by_secret")
            .table(server_key::Entity)
            .col(server_key::Column::SecretHash)
            .unique()
            .to_owned();
        manager.create_index(by_secret).await?;

        let ends = Table::create()
            .table(server_key_end::Entity)
            .col(ColumnDef::new(server_key_end::Column::KeyId).uuid().not_null().primary_key())
            .col(ColumnDef::new(server_key_end::Column::RevokedMs).big_integer().not_null())
            .col(ColumnDef::new(server_key_end::Column::RevokedBy).uuid())
            .to_owned();
        manager.create_table(ends).await?;
        let uses = Table::create()
            .table(server_key_use::Entity)
            .col(ColumnDef::new(server_key_use::Column::KeyId).uuid().not_null().primary_key())
            .col(ColumnDef::new(server_key_use::Column::LastUsedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(uses).await?;

        let register = Table::create()
            .table(server_key_register::Entity)
            .col(ColumnDef::new(server_key_register::Column::Id).integer().not_null().primary_key())
            .col(ColumnDef::new(server_key_register::Column::Made).big_integer().not_null())
            .to_owned();
        manager.create_table(register).await?;
        let start = Query::insert()
            .into_table(server_key_register::Entity)
            .columns([server_key_register::Column::Id, server_key_register::Column::Made])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.execute(start).await
    }
}
