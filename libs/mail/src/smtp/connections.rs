//! The pool of connections to the server, and the deadline that lettre's lacks.

use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::outcome;
use crate::{Cause, SendError};

type Pool = AsyncSmtpTransport<Tokio1Executor>;

/// The pool is made at the first mail and not before, because lettre needs a running runtime for it.
pub(super) struct Connections {
    server: AsyncSmtpTransportBuilder,
    deadline: Duration,
    pool: Mutex<Option<(Pool, Handle)>>,
}

impl Connections {
    pub(super) fn new(server: AsyncSmtpTransportBuilder, deadline: Duration) -> Self {
        let pool = Mutex::new(None);
        Self { server, deadline, pool }
    }

    pub(super) fn with_deadline(&self, deadline: Duration) -> Self {
        Self::new(self.server.clone(), deadline)
    }

    /// One conversation, from an idle or a new connection to the server's last word.
    ///
    /// lettre limits connecting only, and puts the connection of a dropped conversation back among the idle ones, where the
    /// next mail would read the answers to this one. So a conversation that is given up takes its whole pool with it, and
    /// the pool is closed before the conversation is dropped.
    pub(super) async fn deliver(&self, message: Message) -> Result<(), SendError> {
        let pool = self.pool();
        let mut conversation = pin!(pool.send(message));

        match timeout(self.deadline, &mut conversation).await {
            Ok(Ok(_accepted)) => Ok(()),
            Ok(Err(error)) => Err(outcome::of(&error)),
            Err(_elapsed) => {
                self.forget_pool();
                // Closed at once; what may take long is saying goodbye on the idle connections.
                let _ = timeout(self.deadline, pool.shutdown()).await;
                Err(SendError::Transient(Cause::TimedOut))
            }
        }
    }

    /// The beginning of a conversation: greeting, encryption, user name and password.
    pub(super) async fn greet(&self) -> Result<(), SendError> {
        let pool = self.pool();
        match timeout(self.deadline, pool.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(SendError::Transient(Cause::Unreachable)),
            Ok(Err(error)) => Err(outcome::of(&error)),
            Err(_elapsed) => Err(SendError::Transient(Cause::TimedOut)),
        }
    }

    fn pool(&self) -> Pool {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let (pool, _) = pool.get_or_insert_with(|| (self.server.clone().build(), Handle::current()));
        pool.clone()
    }

    fn forget_pool(&self) {
        *self.pool.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// lettre says goodbye from a task when a pool is dropped, which panics where no runtime is entered.
impl Drop for Connections {
    fn drop(&mut self) {
        let pool = self.pool.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some((pool, runtime)) = pool.take() {
            let _entered = runtime.enter();
            drop(pool);
        }
    }
}
