//! How many connections are open, and how many of them are in use.

use sea_orm::{DatabaseConnection, DbBackend};

use super::Database;

/// One pool of connections.
#[derive(Clone)]
pub(crate) struct Pool {
    /// What its connections are for.
    pub(crate) name: &'static str,
    connection: DatabaseConnection,
}

impl Database {
    /// The pools that there are: SQLite has one connection that writes beside those that read.
    pub(crate) fn pools(&self) -> Vec<Pool> {
        let pool = |name, connection: &DatabaseConnection| Pool { name, connection: connection.clone() };
        match self.reader.get_database_backend() {
            DbBackend::Sqlite => vec![pool("read", &self.reader), pool("write", &self.writer)],
            _ => vec![pool("all", &self.writer)],
        }
    }
}

impl Pool {
    /// Connections that are open and wait for whoever needs one.
    pub(crate) fn idle(&self) -> u32 {
        u32::try_from(self.counts().1).unwrap_or(u32::MAX)
    }

    /// Connections that somebody has.
    pub(crate) fn in_use(&self) -> u32 {
        let (size, idle) = self.counts();
        // Read one after the other, so that an idle one may have been opened in between.
        size.saturating_sub(u32::try_from(idle).unwrap_or(u32::MAX))
    }

    fn counts(&self) -> (u32, usize) {
        match self.connection.get_database_backend() {
            DbBackend::Sqlite => {
                let pool = self.connection.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            _ => {
                let pool = self.connection.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        }
    }
}
