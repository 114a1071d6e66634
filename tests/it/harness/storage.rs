//! A service's database as somebody sees it who has got hold of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

pub struct Storage {
    connection: DatabaseConnection,
    /// `None` on Postgres.
    file: Option<PathBuf>,
}

impl Storage {
    /// The database of a service that is run with these settings.
    pub async fn of(settings: &BTreeMap<String, String>, service: &str) -> Self {
        match settings.get("GUILDHALL_DATABASE_URL") {
            None => Self::of_file(&Path::new(&settings["GUILDHALL_DATA_DIR"]).join(format!("{service}.db"))).await,
            Some(server) => {
                let (prefix, name) = (&settings["GUILDHALL_DATABASE_PREFIX"], service.replace('-', "_"));
                Self::at(&format!("{}/{prefix}_{name}", server.trim_end_matches('/'))).await
            }
        }
    }

    pub async fn of_file(file: &Path) -> Self {
        let storage = Self::at(&format!("sqlite://{}", file.display())).await;
        Self { file: Some(file.to_owned()), ..storage }
    }

    pub async fn at(url: &str) -> Self {
        Self { connection: Database::connect(url).await.expect("the database answers"), file: None }
    }

    pub const fn is_postgres(&self) -> bool {
        self.file.is_none()
    }

    /// Runs statements, separated by semicolons.
    pub async fn execute(&self, sql: &str) {
        self.connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Whether the database refuses this statement.
    pub async fn refuses(&self, sql: &str) -> bool {
        self.connection.execute_unprepared(sql).await.is_err()
    }

    /// The one number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let row = self.connection.query_one_raw(self.statement(sql)).await.expect("an answer").expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// Every row of every table of a SQLite file, by table and sorted; what the file itself keeps of indexes and sequences left aside.
    pub async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut rows = BTreeMap::new();
        for table in self.texts(tables).await {
            let columns =
                self.texts(&format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')")).await;
            let mut found = self.texts(&format!("SELECT {} FROM \"{table}\"", columns.join(" || ',' || "))).await;
            found.sort_unstable();
            rows.insert(table, found);
        }
        rows
    }

    /// The one text of each row that a query gives.
    async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.connection.query_all_raw(self.statement(sql)).await.expect("an answer");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    /// Whether this text stands anywhere in it.
    pub async fn holds(&self, text: &str) -> bool {
        if let Some(file) = &self.file {
            let wal = file.with_extension("db-wal");
            let stored = [file, &wal].map(|file| std::fs::read(file).unwrap_or_default()).concat();
            return stored.windows(text.len()).any(|window| window == text.as_bytes());
        }
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
        let hexadecimal: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        for row in self.connection.query_all_raw(self.statement(tables)).await.expect("the tables") {
            let table: String = row.try_get_by_index(0).expect("a name");
            let found = format!(
                "SELECT count(*) FROM \"{table}\" AS line \
                 WHERE line::text LIKE '%{text}%' OR line::text LIKE '%{hexadecimal}%'"
            );
            if self.number(&found).await > 0 {
                return true;
            }
        }
        false
    }

    fn statement(&self, sql: &str) -> Statement {
        let engine = if self.is_postgres() { DbBackend::Postgres } else { DbBackend::Sqlite };
        Statement::from_string(engine, sql)
    }
}
