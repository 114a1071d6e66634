//! Settings, and whether what they lead to works.

use clap::Subcommand;

use super::Served;

#[derive(Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Read every setting as `guildhall serve` would, files that they name included, and say what is wrong. Nothing is called: for
    /// that there is `guildhall doctor`.
    Check {
        /// What is to be served with them.
        #[arg(default_value = "all")]
        what: Served,
    },
    /// Print every setting with its value, if it is no secret, and where that comes from.
    Print,
}
