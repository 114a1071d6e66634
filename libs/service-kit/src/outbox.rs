//! Durable intents: what must still happen after a transaction, written in that transaction.

mod backlog;
mod kept;

use sea_orm::sea_query::{Expr, ExprTrait, Func, Index, LockBehavior, LockType, OnConflict, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::{ColumnDef, DeriveIden, SchemaManager, Table};
use sea_orm_migration::{MigrationName, MigrationTrait};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::database::{Database, WriteTransaction, transaction_order};
use crate::traces::{Kind, TraceContext, TraceScope};

pub(crate) use self::backlog::{Backlog, backlogs};
pub(crate) use self::kept::remove_set_aside;
pub use self::kept::{Kept, WhichKept, list, remove, retry};

#[derive(DeriveIden)]
enum Outbox {
    Table,
    Sequence,
    TransactionOrder,
    Topic,
    Key,
    Payload,
    Attempts,
    CreatedMs,
    DueMs,
    AbandonedMs,
    Traceparent,
}

/// Something to deliver.
pub struct Message {
    /// Which handler delivers it.
    pub topic: &'static str,
    /// Names the intent within its topic; appending the same key again changes nothing, unless it was given up: then it is
    /// begun anew.
    pub key: String,
    /// What the handler needs. It holds no secret: secrets are derived again at delivery.
    pub payload: Value,
    /// Not before this instant. A later one leaves the writer time to finish the step itself.
    pub due: Timestamp,
}

/// A message on its way, as the handler sees it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Names the intent within its topic.
    pub key: String,
    /// What the writer left.
    pub payload: Value,
    /// How many times it was tried before.
    pub attempts: i32,
    /// When it was written.
    pub created: Timestamp,
    /// The span that wrote it.
    pub(crate) written_in: Option<TraceContext>,
    sequence: i64,
}

/// Writes an intent; it exists exactly if the transaction commits.
pub async fn append(transaction: &WriteTransaction, message: Message, now: Timestamp) -> Result<(), DbErr> {
    let (order, _) = transaction_order(transaction.get_database_backend());
    let (traceparent, leaving) = match TraceScope::current() {
        Some(trace) => {
            let (next, leaving) = trace.following(Kind::Producer, || format!("leave {}", message.topic));
            (Some(next.context().to_string()), Some(leaving))
        }
        None => (None, None),
    };
    let insert = Query::insert()
        .into_table(Outbox::Table)
        .columns([
            Outbox::TransactionOrder,
            Outbox::Topic,
            Outbox::Key,
            Outbox::Payload,
            Outbox::Attempts,
            Outbox::CreatedMs,
            Outbox::DueMs,
            Outbox::Traceparent,
        ])
        .values_panic([
            Expr::cust(order),
            message.topic.into(),
            message.key.into(),
            message.payload.to_string().into(),
            0.into(),
            now.millis().into(),
            message.due.millis().into(),
            traceparent.into(),
        ])
        .on_conflict(
            OnConflict::columns([Outbox::Topic, Outbox::Key])
                .update_columns([
                    Outbox::TransactionOrder,
                    Outbox::Payload,
                    Outbox::Attempts,
                    Outbox::CreatedMs,
                    Outbox::DueMs,
                    Outbox::Traceparent,
                ])
                .value(Outbox::AbandonedMs, Option::<i64>::None)
                .action_and_where(Expr::col((Outbox::Table, Outbox::AbandonedMs)).is_not_null())
                .to_owned(),
        )
        .to_owned();
    transaction.execute(&insert).await?;
    if let Some(leaving) = leaving {
        leaving.finish(None);
    }
    transaction.note_outbox_row();
    Ok(())
}

/// Removes an intent that was carried out, in the transaction that records the outcome.
pub async fn complete(connection: &impl ConnectionTrait, topic: &str, key: &str) -> Result<(), DbErr> {
    let delete = Query::delete()
        .from_table(Outbox::Table)
        .and_where(Expr::col(Outbox::Topic).eq(topic))
        .and_where(Expr::col(Outbox::Key).eq(key))
        .to_owned();
    connection.execute(&delete).await.map(|_| ())
}

/// Takes back an intent that no relay has begun to deliver; `false` when one has, or there is none. For a step that is
/// undone unless the writer confirms it: of the two, exactly one happens.
pub async fn withdraw(transaction: &WriteTransaction, topic: &str, key: &str) -> Result<bool, DbErr> {
    let delete = Query::delete()
        .from_table(Outbox::Table)
        .and_where(Expr::col(Outbox::Topic).eq(topic))
        .and_where(Expr::col(Outbox::Key).eq(key))
        .and_where(Expr::col(Outbox::Attempts).eq(0))
        .to_owned();
    Ok(transaction.execute(&delete).await?.rows_affected() == 1)
}

/// Takes back all intents of a topic whose keys begin so, whether or not a relay has begun with them: something newer counts
/// in their place. What is being delivered at this moment is delivered.
pub async fn supersede(transaction: &WriteTransaction, topic: &str, prefix: &str) -> Result<(), DbErr> {
    let length = i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX);
    // Not LIKE: what its wildcards and its case mean depends on the database.
    let beginning = Func::cust("substr").arg(Expr::col(Outbox::Key)).arg(1).arg(length);
    let delete = Query::delete()
        .from_table(Outbox::Table)
        .and_where(Expr::col(Outbox::Topic).eq(topic))
        .and_where(Expr::expr(beginning).eq(prefix))
        .to_owned();
    transaction.execute(&delete).await.map(|_| ())
}

/// What a relay got when it asked for due messages.
pub(crate) enum Claimed {
    /// These, maybe none.
    Messages(Vec<Delivery>),
    /// None yet, although some are due: an older transaction on the same Postgres server has not ended.
    HeldBack,
}

/// Takes up to `limit` due messages of a topic in the order of their commits and hides them from
/// other relays until `claimed_until`.
pub(crate) async fn claim(
    database: &Database,
    topic: &str,
    limit: u64,
    now: Timestamp,
    claimed_until: Timestamp,
) -> Result<Claimed, DbErr> {
    let (_, horizon) = transaction_order(database.reader().get_database_backend());
    let is_final = Expr::col(Outbox::TransactionOrder).lt(Expr::cust(horizon));
    let due = Query::select()
        .from(Outbox::Table)
        .and_where(Expr::col(Outbox::Topic).eq(topic))
        .and_where(Expr::col(Outbox::DueMs).lte(now.millis()))
        .and_where(Expr::col(Outbox::AbandonedMs).is_null())
        .order_by(Outbox::TransactionOrder, Order::Asc)
        .order_by(Outbox::Sequence, Order::Asc)
        .to_owned();

    // A look without a lock first: idle relays must not queue up with the writers.
    let first = due.clone().expr_as(is_final.clone(), "is_final").limit(1).to_owned();
    match database.reader().query_one(&first).await? {
        None => return Ok(Claimed::Messages(Vec::new())),
        Some(row) if !row.try_get::<bool>("", "is_final")? => return Ok(Claimed::HeldBack),
        Some(_) => {}
    }

    let transaction = database.begin_write().await?;
    let due = due
        .clone()
        .columns([Outbox::Sequence, Outbox::Key, Outbox::Payload, Outbox::Attempts])
        .columns([Outbox::CreatedMs, Outbox::Traceparent])
        .and_where(is_final)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let mut deliveries = Vec::new();
    for row in transaction.query_all(&due).await? {
        let payload: String = row.try_get("", "payload")?;
        let traceparent: Option<String> = row.try_get("", "traceparent")?;
        deliveries.push(Delivery {
            sequence: row.try_get("", "sequence")?,
            key: row.try_get("", "key")?,
            payload: serde_json::from_str(&payload).map_err(|error| DbErr::Json(error.to_string()))?,
            attempts: row.try_get("", "attempts")?,
            created: Timestamp::from_millis(row.try_get("", "created_ms")?),
            written_in: traceparent.as_deref().and_then(TraceContext::parse),
        });
    }
    let hide = Query::update()
        .table(Outbox::Table)
        .value(Outbox::DueMs, claimed_until.millis())
        .value(Outbox::Attempts, Expr::col(Outbox::Attempts).add(1))
        .and_where(Expr::col(Outbox::Sequence).is_in(deliveries.iter().map(|delivery| delivery.sequence)))
        .to_owned();
    transaction.execute(&hide).await?;
    transaction.commit().await?;
    Ok(Claimed::Messages(deliveries))
}

/// Removes a delivered message, unless it was set aside meanwhile or begun anew after that.
pub(crate) async fn delivered(database: &Database, delivery: &Delivery) -> Result<(), DbErr> {
    let delete = Query::delete()
        .from_table(Outbox::Table)
        .and_where(Expr::col(Outbox::Sequence).eq(delivery.sequence))
        .and_where(Expr::col(Outbox::CreatedMs).eq(delivery.created.millis()))
        .and_where(Expr::col(Outbox::AbandonedMs).is_null())
        .to_owned();
    let transaction = database.begin_write().await?;
    transaction.execute(&delete).await?;
    transaction.commit().await
}

/// Puts a message off, or sets it aside for the operator when there is no next time. Changes nothing when the
/// claim has passed on to another relay.
pub(crate) async fn failed(
    database: &Database,
    delivery: &Delivery,
    next: Result<Timestamp, Timestamp>,
) -> Result<(), DbErr> {
    let mut update = Query::update();
    update
        .table(Outbox::Table)
        .and_where(Expr::col(Outbox::Sequence).eq(delivery.sequence))
        .and_where(Expr::col(Outbox::Attempts).eq(delivery.attempts + 1));
    match next {
        Ok(due) => update.value(Outbox::DueMs, due.millis()),
        Err(abandoned) => update.value(Outbox::AbandonedMs, abandoned.millis()),
    };
    let transaction = database.begin_write().await?;
    transaction.execute(&update).await?;
    transaction.commit().await
}

/// Makes the outbox; every service with a relay lists it among its migrations.
pub struct CreateOutbox;

impl MigrationName for CreateOutbox {
    fn name(&self) -> &str {
        "kit_0001_outbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateOutbox {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Outbox::Table)
            .col(ColumnDef::new(Outbox::Sequence).big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new(Outbox::TransactionOrder).big_integer().not_null())
            .col(ColumnDef::new(Outbox::Topic).string_len(60).not_null())
            .col(ColumnDef::new(Outbox::Key).string_len(200).not_null())
            .col(ColumnDef::new(Outbox::Payload).text().not_null())
            .col(ColumnDef::new(Outbox::Attempts).integer().not_null())
            .col(ColumnDef::new(Outbox::CreatedMs).big_integer().not_null())
            .col(ColumnDef::new(Outbox::DueMs).big_integer().not_null())
            .col(ColumnDef::new(Outbox::AbandonedMs).big_integer())
            .to_owned();
        manager.create_table(table).await?;
        let once = Index::create()
            .name("outbox_topic_key")
            .table(Outbox::Table)
            .col(Outbox::Topic)
            .col(Outbox::Key)
            .unique()
            .to_owned();
        manager.create_index(once).await?;
        let due =
            Index::create().name("outbox_due").table(Outbox::Table).col(Outbox::Topic).col(Outbox::DueMs).to_owned();
        manager.create_index(due).await
    }
}

/// Remembers which trace a message belongs to; every service with a relay lists it after `CreateOutbox`.
pub struct TraceOutbox;

impl MigrationName for TraceOutbox {
    fn name(&self) -> &str {
        "kit_0009_outbox_trace"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for TraceOutbox {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let traceparent = ColumnDef::new(Outbox::Traceparent).string_len(55).to_owned();
        manager.alter_table(Table::alter().table(Outbox::Table).add_column(traceparent).to_owned()).await
    }
}
