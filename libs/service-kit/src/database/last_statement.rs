//! What a task adds to every transaction that it commits.

use std::future::Future;
use std::sync::Arc;

use sea_orm::DbErr;

use super::WriteTransaction;

tokio::task_local! {
    static CURRENT: Arc<dyn LastStatement>;
}

/// The last statement of every transaction of a task.
#[async_trait::async_trait]
pub(crate) trait LastStatement: Send + Sync {
    /// Executes it. If it fails, the transaction is not committed.
    async fn execute(&self, transaction: &WriteTransaction) -> Result<(), DbErr>;

    /// The database has given its word that the transaction is durable. Without it nobody here knows whether it is.
    fn committed(&self);
}

/// Does `work`; each of its transactions ends with this statement. Tasks that it spawns do not inherit it.
pub(crate) async fn ending_with<F: Future>(statement: Arc<dyn LastStatement>, work: F) -> F::Output {
    CURRENT.scope(statement, work).await
}

pub(super) fn current() -> Option<Arc<dyn LastStatement>> {
    CURRENT.try_with(Clone::clone).ok()
}
