//! What a schema looks like, in words that both engines share.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::{postgres, sqlite};

/// The tables of a schema by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its tables.
    pub tables: BTreeMap<String, Table>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its columns by name.
    pub columns: BTreeMap<String, Column>,
    /// The columns of its primary key, in their order.
    pub primary_key: Vec<String>,
    /// Its indexes: those that were named by their names, those of unique columns as `unique (a, b)`.
    pub indexes: BTreeMap<String, Index>,
    /// Its foreign keys as `(a, b) to other (c, d)`, with what follows a deletion.
    pub foreign_keys: BTreeSet<String>,
    /// The conditions that its rows must meet, in the engine's own words.
    pub conditions: BTreeSet<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its type in the engine's own words, such as `character varying(254)`.
    pub kind: String,
    /// Whether it can be empty.
    pub is_nullable: bool,
    /// What it holds unless something else is said, in the engine's own words.
    pub default: Option<String>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its columns in their order; `desc` stands behind those that it goes through backwards.
    pub columns: Vec<String>,
    /// Whether no two rows may agree in them.
    pub is_unique: bool,
    /// Which rows it holds, in the engine's own words; `None` for all.
    pub condition: Option<String>,
}

impl Picture {
    /// What is there: on Postgres in the schema that names are first looked for in.
    pub(super) async fn of(connection: &impl ConnectionTrait) -> Result<Self, DbErr> {
        match connection.get_database_backend() {
            DbBackend::Postgres => postgres::picture(connection).await,
            _ => sqlite::picture(connection).await,
        }
    }

    /// The same without what the engines call differently: types by what they can hold, and which columns have a default, which
    /// indexes and tables a condition, instead of how it is put.
    #[must_use]
    pub fn whatever_the_engine(mut self) -> Self {
        for table in self.tables.values_mut() {
            for column in table.columns.values_mut() {
                column.kind = family(&column.kind).to_owned();
                column.default = column.default.take().map(|_| "some".to_owned());
            }
            for index in table.indexes.values_mut() {
                index.condition = index.condition.take().map(|_| "some".to_owned());
            }
            let conditions = table.conditions.len();
            table.conditions = (1..=conditions).map(|number| format!("condition {number}")).collect();
        }
        self
    }
}

/// What values of a type are.
fn family(kind: &str) -> &str {
    let name = kind.split('(').next().unwrap_or(kind).trim();
    match name {
        "bigint" | "integer" | "smallint" => "whole number",
        "double" | "double precision" | "real" => "number",
        "character varying" | "varchar" | "char" | "character" | "text" => "text",
        "bytea" | "blob" | "varbinary_blob" => "bytes",
        "uuid" | "uuid_text" => "uuid",
        "json" | "jsonb" | "json_text" | "jsonb_text" => "json",
        "boolean" => "yes or no",
        other => other,
    }
}
