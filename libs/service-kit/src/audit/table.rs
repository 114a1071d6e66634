//! Where entries are kept.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};

#[derive(Clone, Copy, DeriveIden)]
pub(super) enum AuditLog {
    Table,
    Id,
    CreatedMs,
    Actor,
    ActorSession,
    Action,
    TargetKind,
    TargetId,
    TenantId,
    Reason,
    Details,
    IpAddress,
    UserAgent,
    RequestId,
}

/// Makes the log; every service that keeps one lists it among its migrations.
pub struct CreateAuditLog;

impl MigrationName for CreateAuditLog {
    fn name(&self) -> &str {
        "kit_0003_audit_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateAuditLog {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(AuditLog::Table)
            .col(ColumnDef::new(AuditLog::Id).uuid().not_null().primary_key())
            .col(ColumnDef::new(AuditLog::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(AuditLog::Actor).string_len(36).not_null())
            .col(ColumnDef::new(AuditLog::ActorSession).uuid())
            .col(ColumnDef::new(AuditLog::Action).string_len(80).not_null())
            .col(ColumnDef::new(AuditLog::TargetKind).string_len(40).not_null())
            .col(ColumnDef::new(AuditLog::TargetId).string_len(100).not_null())
            .col(ColumnDef::new(AuditLog::TenantId).uuid())
            .col(ColumnDef::new(AuditLog::Reason).text())
            .col(ColumnDef::new(AuditLog::Details).text().not_null())
            .col(ColumnDef::new(AuditLog::IpAddress).string_len(45))
            .col(ColumnDef::new(AuditLog::UserAgent).text())
            .to_owned();
        manager.create_table(table).await?;
        // One for each way to ask: all of it, by tenant, by actor, by action; newest first in each.
        let orders: [(&str, Option<AuditLog>); 4] = [
            ("audit_log_created", None),
            ("audit_log_tenant", Some(AuditLog::TenantId)),
            ("audit_log_actor", Some(AuditLog::Actor)),
            ("audit_log_action", Some(AuditLog::Action)),
        ];
        for (name, first) in orders {
            let mut index = Index::create();
            index.name(name).table(AuditLog::Table);
            if let Some(first) = first {
                index.col(first);
            }
            manager.create_index(index.col(AuditLog::CreatedMs).col(AuditLog::Id).to_owned()).await?;
        }
        Ok(())
    }
}

/// Lets entries name the request; listed after `CreateAuditLog`.
pub struct AddRequestId;

impl MigrationName for AddRequestId {
    fn name(&self) -> &str {
        "kit_0004_audit_request_id"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddRequestId {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new(AuditLog::RequestId).string_len(64).to_owned();
        manager.alter_table(Table::alter().table(AuditLog::Table).add_column(column).to_owned()).await
    }
}
