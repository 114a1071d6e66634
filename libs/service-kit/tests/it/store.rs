//! A database with the chassis' tables and one table of the tests' own.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait};
use service_kit::Database;
use service_kit::audit::{AddRequestId, CreateAuditLog};
use service_kit::database::DatabaseSettings;
use service_kit::idempotency::{CountMismatches, CreateIdempotencyKeys};
use service_kit::outbox::{CreateOutbox, TraceOutbox};
use service_kit::positions::{CreatePositions, IndexPositions};
use service_kit::rates::CreateRates;

#[derive(DeriveIden)]
pub enum Counters {
    Table,
    Id,
    Value,
}

pub struct Migrations;

impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(CreateOutbox),
            Box::new(CreatePositions),
            Box::new(IndexPositions),
            Box::new(CreateAuditLog),
            Box::new(AddRequestId),
            Box::new(CreateRates),
            Box::new(CreateIdempotencyKeys),
            Box::new(CountMismatches),
            Box::new(CreateCounters),
            Box::new(TraceOutbox),
        ]
    }
}

struct CreateCounters;

impl MigrationName for CreateCounters {
    fn name(&self) -> &str {
        "test_0001_counters"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateCounters {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Counters::Table)
            .col(ColumnDef::new(Counters::Id).big_integer().not_null().primary_key())
            .col(ColumnDef::new(Counters::Value).big_integer().not_null())
            .to_owned();
        manager.create_table(table).await
    }
}

/// A migrated database of its own for one test.
pub async fn database() -> Database {
    open(&test_kit::fresh_database("kit").await).await
}

/// The database at these settings, migrated.
pub async fn open(settings: &DatabaseSettings) -> Database {
    let database = Database::open(settings, "kit").await.unwrap();
    database.migrate::<Migrations>("kit").await.unwrap();
    database
}

pub fn is_postgres(database: &Database) -> bool {
    database.reader().get_database_backend() == DbBackend::Postgres
}

/// Adds a counter.
pub async fn insert(connection: &impl ConnectionTrait, id: i64, value: i64) -> Result<(), DbErr> {
    let insert = Query::insert()
        .into_table(Counters::Table)
        .columns([Counters::Id, Counters::Value])
        .values_panic([id.into(), value.into()])
        .to_owned();
    connection.execute(&insert).await.map(|_| ())
}

/// Reads a counter, locking its row.
pub async fn read(connection: &impl ConnectionTrait, id: i64) -> Result<Option<i64>, DbErr> {
    let select = Query::select()
        .column(Counters::Value)
        .from(Counters::Table)
        .and_where(Expr::col(Counters::Id).eq(id))
        .lock_exclusive()
        .to_owned();
    connection.query_one(&select).await?.map(|row| row.try_get("", "value")).transpose()
}

/// Writes a counter.
pub async fn write(connection: &impl ConnectionTrait, id: i64, value: i64) -> Result<(), DbErr> {
    let update = Query::update()
        .table(Counters::Table)
        .value(Counters::Value, value)
        .and_where(Expr::col(Counters::Id).eq(id))
        .to_owned();
    connection.execute(&update).await.map(|_| ())
}

/// The number of rows of a table, maybe only of those with a value in a column.
pub async fn count(connection: &impl ConnectionTrait, table: &str, column: Option<&str>) -> i64 {
    let mut select = Query::select();
    select.expr_as(Expr::cust("count(*)"), "rows").from(Alias::new(table));
    if let Some(column) = column {
        select.and_where(Expr::col(Alias::new(column)).is_not_null());
    }
    connection.query_one(&select).await.unwrap().unwrap().try_get("", "rows").unwrap()
}
