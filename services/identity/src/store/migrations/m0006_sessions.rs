//! Sessions that end when they are left idle, and what listing and sweeping them needs.

use sea_orm::DbErr;
use sea_orm_migration::prelude::{
    CaseStatement, ColumnDef, ConditionalStatement, DeriveIden, Expr, ExprTrait, Index, Query, SchemaManager, Table,
};
use sea_orm_migration::{MigrationName, MigrationTrait};

/// The idle times that were in force when sessions without one were last active.
const IDLE_MS: i64 = 14 * 24 * 3600 * 1000;
const IDLE_REMEMBERED_MS: i64 = 30 * 24 * 3600 * 1000;

pub struct BoundSessions;

impl MigrationName for BoundSessions {
    fn name(&self) -> &str {
        "identity_0006_sessions"
    }
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
    UserId,
    IsRemembered,
    LastActivityMs,
    ExpiresMs,
    IdleExpiresMs,
    EndedMs,
}

#[tonic::async_trait]
impl MigrationTrait for BoundSessions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let idle_expires = ColumnDef::new(Sessions::IdleExpiresMs).big_integer().not_null().default(0).to_owned();
        manager.alter_table(Table::alter().table(Sessions::Table).add_column(idle_expires).to_owned()).await?;
        let after_idling = |idle: i64| Expr::col(Sessions::LastActivityMs).add(idle);
        let fill = Query::update()
            .table(Sessions::Table)
            .value(
                Sessions::IdleExpiresMs,
                CaseStatement::new()
                    .case(Expr::col(Sessions::IsRemembered).eq(true), after_idling(IDLE_REMEMBERED_MS))
                    .finally(after_idling(IDLE_MS)),
            )
            .to_owned();
        manager.execute(fill).await?;
        let cut = Query::update()
            .table(Sessions::Table)
            .value(Sessions::IdleExpiresMs, Expr::col(Sessions::ExpiresMs))
            .and_where(Expr::col(Sessions::IdleExpiresMs).gt(Expr::col(Sessions::ExpiresMs)))
            .to_owned();
        manager.execute(cut).await?;

        let living_of_user = Index::create()
            .name("sessions_living_of_user")
            .table(Sessions::Table)
            .col(Sessions::UserId)
            .col(Sessions::Id)
            .and_where(Expr::col(Sessions::EndedMs).is_null())
            .to_owned();
        manager.create_index(living_of_user).await?;
        for (name, column) in
            [("sessions_ended_ms", Sessions::EndedMs), ("sessions_idle_expires_ms", Sessions::IdleExpiresMs)]
        {
            let over = Index::create().name(name).table(Sessions::Table).col(column).to_owned();
            manager.create_index(over).await?;
        }
        Ok(())
    }
}
