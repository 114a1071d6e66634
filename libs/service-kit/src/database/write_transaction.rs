//! The transaction that every change is made in.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use tokio::sync::watch;

use super::last_statement;
#[cfg(debug_assertions)]
use crate::fail_points::gist;
use crate::metrics::Count;

/// A transaction that writes. Dropping it rolls back.
pub struct WriteTransaction {
    inner: DatabaseTransaction,
    outbox_grew: Arc<watch::Sender<()>>,
    has_outbox_rows: AtomicBool,
    positions_moved: Arc<watch::Sender<()>>,
    has_position: AtomicBool,
    counted: Mutex<Vec<Count>>,
}

impl WriteTransaction {
    pub(super) const fn new(
        inner: DatabaseTransaction,
        outbox_grew: Arc<watch::Sender<()>>,
        positions_moved: Arc<watch::Sender<()>>,
    ) -> Self {
        let (has_outbox_rows, has_position) = (AtomicBool::new(false), AtomicBool::new(false));
        let counted = Mutex::new(Vec::new());
        Self { inner, outbox_grew, has_outbox_rows, positions_moved, has_position, counted }
    }

    /// The driver's own transaction, which migrations ask for.
    pub(super) fn into_inner(self) -> DatabaseTransaction {
        self.inner
    }

    /// Makes everything durable, then wakes the relay and whoever follows positions if there is something for them.
    pub async fn commit(self) -> Result<(), DbErr> {
        let last = last_statement::current();
        if let Some(last) = &last {
            last.execute(&self).await?;
        }
        then_pass!(self.inner.commit(), "commit")?;
        if let Some(last) = last {
            last.committed();
        }
        if self.has_outbox_rows.into_inner() {
            self.outbox_grew.send_replace(());
        }
        if self.has_position.into_inner() {
            self.positions_moved.send_replace(());
        }
        for count in self.counted.into_inner().unwrap_or_else(PoisonError::into_inner) {
            count.up();
        }
        Ok(())
    }

    /// Counts what this transaction does, once it has committed.
    pub fn count(&self, count: &Count) {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).push(count.clone());
    }

    pub(crate) fn note_outbox_row(&self) {
        self.has_outbox_rows.store(true, Ordering::Relaxed);
    }

    pub(crate) fn note_position(&self) {
        self.has_position.store(true, Ordering::Relaxed);
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for WriteTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        then_pass!(self.inner.execute_raw(statement), gist(&statement.sql))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        then_pass!(self.inner.execute_unprepared(sql), gist(sql))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        then_pass!(self.inner.query_one_raw(statement), gist(&statement.sql))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        then_pass!(self.inner.query_all_raw(statement), gist(&statement.sql))
    }
}
