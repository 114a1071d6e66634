//! How far the mail of each invitation is.

use sea_orm_migration::prelude::*;

use crate::store::entity::{invitation, mail_delivery};

pub struct CreateMailDeliveries;

impl MigrationName for CreateMailDeliveries {
    fn name(&self) -> &str {
        "0007_mail_deliveries"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateMailDeliveries {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use mail_delivery::Column;
        let table = Table::create()
            .table(mail_delivery::Entity)
            .col(ColumnDef::new(Column::InvitationId).uuid().not_null().primary_key())
            .col(ColumnDef::new(Column::MailKey).string_len(60).not_null())
            .col(ColumnDef::new(Column::Status).string_len(20).not_null())
            .col(ColumnDef::new(Column::Attempts).integer().not_null())
            .col(ColumnDef::new(Column::Problem).string_len(20))
            .col(ColumnDef::new(Column::QueuedMs).big_integer().not_null())
            .col(ColumnDef::new(Column::SettledMs).big_integer())
            .foreign_key(
                ForeignKey::create()
                    .from(mail_delivery::Entity, Column::InvitationId)
                    .to(invitation::Entity, invitation::Column::Id),
            )
            .to_owned();
        manager.create_table(table).await
    }
}
