//! What a SQLite file tells of its schema.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::picture::{Column, Index, Picture, Table};

const TABLES: &str =
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
const COLUMNS: &str = "SELECT name, lower(type) AS kind, \"notnull\" AS is_required, dflt_value, pk \
     FROM pragma_table_xinfo($1) ORDER BY pk, cid";
const INDEXES: &str = "SELECT list.name, list.\"unique\" AS is_unique, list.origin, master.sql \
     FROM pragma_index_list($1) AS list LEFT JOIN sqlite_master AS master ON master.type = 'index' AND master.name = list.name";
const COLUMNS_OF_INDEX: &str = "SELECT coalesce(name, '(expression)') AS name, \"desc\" AS is_backwards FROM pragma_index_xinfo($1) WHERE key = 1 ORDER BY seqno";
const FOREIGN_KEYS: &str = "SELECT id, \"table\" AS other, \"from\" AS own, coalesce(\"to\", '') AS theirs, on_delete FROM pragma_foreign_key_list($1) ORDER BY id, seq";

pub(super) async fn picture(connection: &impl ConnectionTrait) -> Result<Picture, DbErr> {
    let mut picture = Picture::default();
    for row in rows(connection, TABLES, None).await? {
        let (name, definition): (String, String) = (row.try_get("", "name")?, row.try_get("", "sql")?);
        let mut table = Table { conditions: conditions(&definition), ..Table::default() };
        read_columns(connection, &name, &mut table).await?;
        read_indexes(connection, &name, &mut table).await?;
        read_foreign_keys(connection, &name, &mut table).await?;
        picture.tables.insert(name, table);
    }
    Ok(picture)
}

async fn read_columns(connection: &impl ConnectionTrait, name: &str, table: &mut Table) -> Result<(), DbErr> {
    for row in rows(connection, COLUMNS, Some(name)).await? {
        let column_name: String = row.try_get("", "name")?;
        let (is_required, place): (i32, i32) = (row.try_get("", "is_required")?, row.try_get("", "pk")?);
        if place > 0 {
            table.primary_key.push(column_name.clone());
        }
        let column = Column {
            kind: row.try_get("", "kind")?,
            is_nullable: is_required == 0 && place == 0,
            default: row.try_get("", "dflt_value")?,
        };
        table.columns.insert(column_name, column);
    }
    Ok(())
}

async fn read_indexes(connection: &impl ConnectionTrait, name: &str, table: &mut Table) -> Result<(), DbErr> {
    for row in rows(connection, INDEXES, Some(name)).await? {
        let (index_name, origin): (String, String) = (row.try_get("", "name")?, row.try_get("", "origin")?);
        // The primary key is told by its columns.
        if origin == "pk" {
            continue;
        }
        let is_unique: i32 = row.try_get("", "is_unique")?;
        let definition: Option<String> = row.try_get("", "sql")?;
        let mut columns = Vec::new();
        for column in rows(connection, COLUMNS_OF_INDEX, Some(&index_name)).await? {
            let (column_name, is_backwards): (String, i32) =
                (column.try_get("", "name")?, column.try_get("", "is_backwards")?);
            columns.push(if is_backwards == 1 { format!("{column_name} desc") } else { column_name });
        }
        let index_name = if origin == "u" { format!("unique ({})", columns.join(", ")) } else { index_name };
        let condition =
            definition.as_deref().and_then(|sql| sql.split_once(" WHERE ")).map(|(_, rest)| rest.to_owned());
        table.indexes.insert(index_name, Index { columns, is_unique: is_unique == 1, condition });
    }
    Ok(())
}

/// A foreign key, column by column.
struct ForeignKey {
    id: i32,
    other: String,
    on_delete: String,
    own: Vec<String>,
    theirs: Vec<String>,
}

impl ForeignKey {
    fn in_words(&self) -> String {
        let (own, other, theirs) = (self.own.join(", "), &self.other, self.theirs.join(", "));
        match self.on_delete.as_str() {
            "NO ACTION" => format!("({own}) to {other} ({theirs})"),
            then => format!("({own}) to {other} ({theirs}) on delete {}", then.to_lowercase()),
        }
    }
}

async fn read_foreign_keys(connection: &impl ConnectionTrait, name: &str, table: &mut Table) -> Result<(), DbErr> {
    let mut keys: Vec<ForeignKey> = Vec::new();
    for row in rows(connection, FOREIGN_KEYS, Some(name)).await? {
        let id: i32 = row.try_get("", "id")?;
        let (own, theirs): (String, String) = (row.try_get("", "own")?, row.try_get("", "theirs")?);
        match keys.last_mut() {
            Some(last) if last.id == id => {
                last.own.push(own);
                last.theirs.push(theirs);
            }
            _ => {
                let (other, on_delete) = (row.try_get("", "other")?, row.try_get("", "on_delete")?);
                keys.push(ForeignKey { id, other, on_delete, own: vec![own], theirs: vec![theirs] });
            }
        }
    }
    table.foreign_keys.extend(keys.iter().map(ForeignKey::in_words));
    Ok(())
}

/// The conditions in the words of a table's definition.
fn conditions(definition: &str) -> std::collections::BTreeSet<String> {
    let mut found = std::collections::BTreeSet::new();
    let mut rest = definition;
    while let Some(at) = rest.find("CHECK (").or_else(|| rest.find("CHECK(")) {
        let from = &rest[at..];
        let end = closing(from).unwrap_or(from.len());
        found.insert(from[..end].to_owned());
        rest = &from[end..];
    }
    found
}

/// The length of the text up to the bracket that closes its first one.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth <= 1 => return Some(at + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

async fn rows(connection: &impl ConnectionTrait, sql: &str, argument: Option<&str>) -> Result<Vec<QueryResult>, DbErr> {
    let values = argument.map(Into::into);
    connection.query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await
}
