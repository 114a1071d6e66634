//! The numbered record of narrowing changes: whatever makes older tokens say too much.
//!
//! A position is taken in the transaction of its change and the counter's row stays locked until the
//! commit, so positions are committed in order and without gaps. Whoever reads facts and position in
//! one snapshot knows which changes the facts include.

mod event;
mod follower;
mod message;
mod portions;
mod sweep;
mod tail;

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, Index, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::database::WriteTransaction;

pub use self::event::{Event, after};
pub use self::follower::{Follower, Gap, Portion};
pub use self::portions::portions;
pub use self::sweep::sweep;
pub use self::tail::Tail;

/// How long changes are told to whoever begins to listen: as long as a token may live at most, with its leeway, and room for
/// clocks that differ. Whoever knows the lifetime that is set needs no more than that much of it.
pub const CHANGES_KEPT: Duration = Duration::from_secs(3600 + 400);

#[derive(DeriveIden)]
enum Positions {
    Table,
    Id,
    Value,
}

#[derive(Clone, Copy, DeriveIden)]
enum NarrowingEvents {
    Table,
    Position,
    Kind,
    Subject,
    CreatedMs,
}

/// Records a narrowing change and answers its position. Call it last: it makes the writers of the
/// whole service wait for this transaction's end.
pub async fn advance(
    transaction: &WriteTransaction,
    kind: &'static str,
    subject: Value,
    now: Timestamp,
) -> Result<i64, DbErr> {
    let count_up = Query::update()
        .table(Positions::Table)
        .value(Positions::Value, Expr::col(Positions::Value).add(1))
        .and_where(Expr::col(Positions::Id).eq(1))
        .returning_col(Positions::Value)
        .to_owned();
    let row = transaction.query_one(&count_up).await?;
    let position: i64 = row.ok_or_else(missing_counter)?.try_get("", "value")?;

    let record = Query::insert()
        .into_table(NarrowingEvents::Table)
        .columns([
            NarrowingEvents::Position,
            NarrowingEvents::Kind,
            NarrowingEvents::Subject,
            NarrowingEvents::CreatedMs,
        ])
        .values_panic([position.into(), kind.into(), subject.to_string().into(), now.millis().into()])
        .to_owned();
    transaction.execute(&record).await?;
    transaction.note_position();
    Ok(position)
}

/// The position of the latest narrowing change that this connection sees.
pub async fn current(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let read = Query::select().column(Positions::Value).from(Positions::Table).to_owned();
    let row = connection.query_one(&read).await?;
    row.ok_or_else(missing_counter)?.try_get("", "value")
}

fn missing_counter() -> DbErr {
    DbErr::Custom("the position counter is missing".to_owned())
}

/// Makes the counter and the record; every owning service lists it among its migrations.
pub struct CreatePositions;

impl MigrationName for CreatePositions {
    fn name(&self) -> &str {
        "kit_0002_positions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreatePositions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let counter = Table::create()
            .table(Positions::Table)
            .col(ColumnDef::new(Positions::Id).integer().not_null().primary_key())
            .col(ColumnDef::new(Positions::Value).big_integer().not_null())
            .to_owned();
        manager.create_table(counter).await?;
        let start = Query::insert()
            .into_table(Positions::Table)
            .columns([Positions::Id, Positions::Value])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.execute(start).await?;
        let record = Table::create()
            .table(NarrowingEvents::Table)
            .col(ColumnDef::new(NarrowingEvents::Position).big_integer().not_null().primary_key())
            .col(ColumnDef::new(NarrowingEvents::Kind).string_len(40).not_null())
            .col(ColumnDef::new(NarrowingEvents::Subject).text().not_null())
            .col(ColumnDef::new(NarrowingEvents::CreatedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(record).await
    }
}

/// Finds the record's changes by their time; every owning service lists it after `CreatePositions`.
pub struct IndexPositions;

impl MigrationName for IndexPositions {
    fn name(&self) -> &str {
        "kit_0008_narrowing_events_by_time"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for IndexPositions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_time = Index::create()
            .name("narrowing_events_by_time")
            .table(NarrowingEvents::Table)
            .col(NarrowingEvents::CreatedMs)
            .col(NarrowingEvents::Position)
            .to_owned();
        manager.create_index(by_time).await
    }
}
