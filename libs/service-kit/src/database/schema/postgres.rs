//! What a Postgres server tells of a schema.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::picture::{Column, Index, Picture};

/// The schema that names are first looked for in.
const HERE: &str = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

pub(super) async fn picture(connection: &impl ConnectionTrait) -> Result<Picture, DbErr> {
    let mut picture = Picture::default();
    read_columns(connection, &mut picture).await?;
    read_indexes(connection, &mut picture).await?;
    read_constraints(connection, &mut picture).await?;
    Ok(picture)
}

async fn read_columns(connection: &impl ConnectionTrait, picture: &mut Picture) -> Result<(), DbErr> {
    let columns = format!(
        "SELECT t.relname::text AS table_name, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind, \
                NOT a.attnotnull AS is_nullable, pg_get_expr(d.adbin, d.adrelid) AS default_value \
         FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid \
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE t.relnamespace = {HERE} AND t.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
    );
    for row in rows(connection, &columns).await? {
        let table: String = row.try_get("", "table_name")?;
        let column = Column {
            kind: row.try_get("", "kind")?,
            is_nullable: row.try_get("", "is_nullable")?,
            default: row.try_get("", "default_value")?,
        };
        picture.tables.entry(table).or_default().columns.insert(row.try_get("", "name")?, column);
    }
    Ok(())
}

async fn read_indexes(connection: &impl ConnectionTrait, picture: &mut Picture) -> Result<(), DbErr> {
    let indexes = format!(
        "SELECT t.relname::text AS table_name, i.relname::text AS name, x.indisunique AS is_unique, \
                x.indisprimary AS is_primary, pg_get_expr(x.indpred, x.indrelid) AS condition, \
                EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype = 'u') AS is_of_columns, \
                (SELECT string_agg(pg_get_indexdef(x.indexrelid, place, true) || \
                                   CASE WHEN x.indoption[place - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY place) \
                 FROM generate_series(1, x.indnkeyatts::integer) AS place) AS columns \
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
         WHERE t.relnamespace = {HERE}"
    );
    for row in rows(connection, &indexes).await? {
        let table: String = row.try_get("", "table_name")?;
        let table = picture.tables.entry(table).or_default();
        // Names that are words of SQL come in quotes.
        let columns = row.try_get::<String>("", "columns")?.replace('"', "");
        let listed: Vec<String> = columns.split(", ").map(str::to_owned).collect();
        if row.try_get("", "is_primary")? {
            table.primary_key = listed;
            continue;
        }
        let is_of_columns: bool = row.try_get("", "is_of_columns")?;
        let name = if is_of_columns { format!("unique ({columns})") } else { row.try_get("", "name")? };
        let index = Index {
            columns: listed,
            is_unique: row.try_get("", "is_unique")?,
            condition: row.try_get("", "condition")?,
        };
        table.indexes.insert(name, index);
    }
    Ok(())
}

async fn read_constraints(connection: &impl ConnectionTrait, picture: &mut Picture) -> Result<(), DbErr> {
    let names = |list: &str, of: &str| {
        format!(
            "(SELECT string_agg(a.attname::text, ', ' ORDER BY place) FROM unnest(c.{list}) WITH ORDINALITY AS k(number, place) \
              JOIN pg_attribute a ON a.attrelid = c.{of} AND a.attnum = k.number)"
        )
    };
    let constraints = format!(
        "SELECT t.relname::text AS table_name, c.contype = 'f' AS is_foreign_key, o.relname::text AS other, \
                {} AS own, {} AS theirs, pg_get_constraintdef(c.oid) AS definition, \
                CASE c.confdeltype WHEN 'c' THEN ' on delete cascade' WHEN 'n' THEN ' on delete set null' \
                     WHEN 'r' THEN ' on delete restrict' WHEN 'd' THEN ' on delete set default' ELSE '' END AS and_then \
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid LEFT JOIN pg_class o ON o.oid = c.confrelid \
         WHERE t.relnamespace = {HERE} AND c.contype IN ('f', 'c')",
        names("conkey", "conrelid"),
        names("confkey", "confrelid"),
    );
    for row in rows(connection, &constraints).await? {
        let table: String = row.try_get("", "table_name")?;
        let table = picture.tables.entry(table).or_default();
        if row.try_get("", "is_foreign_key")? {
            let [other, own, theirs, then] = ["other", "own", "theirs", "and_then"];
            let of = |column: &str| row.try_get::<String>("", column);
            table.foreign_keys.insert(format!("({}) to {} ({}){}", of(own)?, of(other)?, of(theirs)?, of(then)?));
        } else {
            table.conditions.insert(row.try_get("", "definition")?);
        }
    }
    Ok(())
}

async fn rows(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await
}
