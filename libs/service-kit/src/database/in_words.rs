//! What operators are told of a database that does not do what it is told: what is wrong, and what helps. Never where it is, for that may
//! hold a password.

use std::error::Error;
use std::str::FromStr;

use sea_orm::sqlx;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{DbErr, RuntimeErr};

/// Nobody can read the URL. It is not repeated.
pub(super) const UNREADABLE_URL: &str =
    "its URL cannot be read; in a password, # ? / @ : and % are written as %23 %3F %2F %40 %3A and %25";

/// Whether this can be read as the URL of a Postgres server.
pub fn is_readable_url(url: &str) -> bool {
    PgConnectOptions::from_str(url).is_ok()
}

/// The words for this error if it is a database's.
pub fn words_of(error: &(dyn Error + 'static)) -> Option<String> {
    error.downcast_ref().map(in_words)
}

/// The words for this error.
pub fn in_words(error: &DbErr) -> String {
    match error {
        DbErr::Custom(words) => words.clone(),
        DbErr::ConnectionAcquire(_) => NO_CONNECTION.to_owned(),
        DbErr::Conn(RuntimeErr::Internal(_)) => UNREADABLE_URL.to_owned(),
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => of_driver(cause),
        other => other.to_string(),
    }
}

const NO_CONNECTION: &str =
    "there was no connection in time; the server is away, or has none left: see whether it answers at all";

fn of_driver(cause: &sqlx::Error) -> String {
    match cause {
        sqlx::Error::Configuration(_) => UNREADABLE_URL.to_owned(),
        sqlx::Error::PoolTimedOut => NO_CONNECTION.to_owned(),
        sqlx::Error::Io(error) => format!("the server cannot be reached: {}", error.kind()),
        sqlx::Error::Database(told) => {
            let advice = told.code().and_then(|code| advice_on(&code));
            advice.map_or_else(|| told.message().to_owned(), |advice| format!("{advice} ({})", told.message()))
        }
        other => other.to_string(),
    }
}

/// What helps, by SQLSTATE, or by the number that SQLite gives, which is shorter.
fn advice_on(code: &str) -> Option<&'static str> {
    match code {
        "3D000" => return Some("the database is not there; run `guildhall migrate up` first"),
        "28P01" | "28000" => {
            return Some("the server does not let this user in; check the user and the password in its URL");
        }
        "53300" => return Some("the server has no connection left; let it allow more, or open fewer"),
        "42501" => return Some("the role may not do this; docs/runbooks/database-roles.md says what it needs"),
        _ => {}
    }
    if code.len() == 5 {
        return None;
    }
    // The lower eight bits are the kind, the rest its finer kinds.
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some("somebody else keeps the file locked; try again in a moment"),
        8 => Some(
            "the file cannot be written; run this as the account that owns it, or mend the permissions of its folder",
        ),
        10 => Some("the disk does not do what it should; see whether it is full"),
        11 | 26 => Some("the file is damaged; restore a backup"),
        13 => Some("the disk is full; make room"),
        14 => Some("the file cannot be opened; look at the permissions of its folder"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_written_with_care() {
        for url in ["postgres://u:pass#word@postgres:5432", "postgres://u:pass?word@h", "postgres://u:p@h:bad"] {
            assert!(!is_readable_url(url), "{url}");
        }
        for url in ["postgres://u:p%23@h:5432/db", "postgresql:///?host=/run/postgresql&sslmode=disable"] {
            assert!(is_readable_url(url), "{url}");
        }
    }

    #[test]
    fn a_code_of_one_engine_is_none_of_the_other() {
        assert!(advice_on("4874").unwrap_or_default().contains("the disk"));
        assert!(advice_on("8").unwrap_or_default().contains("cannot be written"));
        assert_eq!(advice_on("57014"), None);
    }
}
