//! What access tokens are made with.

use sea_orm::DbErr;
use sea_orm::sea_query::{ConditionalStatement, Expr, ExprTrait};
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

pub struct CreateIssuance;

impl MigrationName for CreateIssuance {
    fn name(&self) -> &str {
        "identity_0002_issuance"
    }
}

#[derive(DeriveIden)]
enum SigningKeys {
    Table,
    KeyId,
    State,
    SealedSeed,
    PublicJwk,
    CreatedMs,
}

#[derive(DeriveIden)]
enum LastEntitlements {
    Table,
    OrganizationId,
    Subscription,
    Position,
}

#[derive(DeriveIden)]
enum Epoch {
    Table,
    Id,
    Value,
}

#[tonic::async_trait]
impl MigrationTrait for CreateIssuance {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let signing_keys = Table::create()
            .table(SigningKeys::Table)
            .col(ColumnDef::new(SigningKeys::KeyId).string_len(64).not_null().primary_key())
            .col(ColumnDef::new(SigningKeys::State).string_len(20).not_null())
            .col(ColumnDef::new(SigningKeys::SealedSeed).binary().not_null())
            .col(ColumnDef::new(SigningKeys::PublicJwk).text().not_null())
            .col(ColumnDef::new(SigningKeys::CreatedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(signing_keys).await?;
        let one_active = Index::create()
            .name("signing_keys_one_active")
            .table(SigningKeys::Table)
            .col(SigningKeys::State)
            .unique()
            .and_where(Expr::col(SigningKeys::State).eq("active"))
            .to_owned();
        manager.create_index(one_active).await?;

        let last_entitlements = Table::create()
            .table(LastEntitlements::Table)
            .col(ColumnDef::new(LastEntitlements::OrganizationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(LastEntitlements::Subscription).text().not_null())
            .col(ColumnDef::new(LastEntitlements::Position).big_integer().not_null())
            .to_owned();
        manager.create_table(last_entitlements).await?;

        let epoch = Table::create()
            .table(Epoch::Table)
            .col(ColumnDef::new(Epoch::Id).integer().not_null().primary_key())
            .col(ColumnDef::new(Epoch::Value).string_len(36).not_null())
            .to_owned();
        manager.create_table(epoch).await
    }
}
