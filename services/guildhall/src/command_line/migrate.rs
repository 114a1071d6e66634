//! The schemas of the databases.

use std::time::Duration;

use clap::{Args, Subcommand};

#[derive(Args)]
pub struct MigrateCommand {
    /// Wait so many seconds for a database server that does not answer yet, 0 to 3600.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds, default_value = "0")]
    pub wait_db: Duration,
    #[command(subcommand)]
    pub verb: Option<MigrateVerb>,
}

#[derive(Clone, Copy, Subcommand)]
pub enum MigrateVerb {
    /// Make the databases that are missing and bring every schema up to date. So does `guildhall migrate` alone.
    Up,
    /// Tell which migrations each service has taken and which are pending. Ends with 1 unless every schema is what this version needs.
    Status,
    /// Compare every schema with the one that this version makes from nothing, and name the differences. Ends with 1 if there are any.
    Verify,
}

/// A number of seconds; an `s` may stand behind it.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix('s').unwrap_or(text).parse::<u64>();
    match number {
        Ok(seconds @ 0..=3600) => Ok(Duration::from_secs(seconds)),
        _ => Err("must be 0 to 3600 seconds".to_owned()),
    }
}
