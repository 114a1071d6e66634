//! Plans, the keys of programs, and ledgers.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub enum PlansCommand {
    /// Make the plans of a TOML file the whole offer. Subscribers keep the terms that they took.
    Apply {
        /// The file.
        file: PathBuf,
        /// Only tell what is wrong with it, or what it would change.
        #[arg(long)]
        check: bool,
    },
}

#[derive(Subcommand)]
pub enum ApiKeysCommand {
    /// Make a key and print it, here and never again.
    Create {
        /// What to call it, 1 to 100 characters.
        #[arg(long)]
        name: String,
        /// What it may do: billing:charge, billing:deposit, billing:read or revocations:read. To be given once for each.
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// When it is to end by itself, such as 2030-01-31T12:00:00Z. Without it, it does not.
        #[arg(long, value_name = "INSTANT")]
        expires_at: Option<String>,
        /// Print the key alone, for scripts.
        #[arg(long)]
        quiet: bool,
    },
    /// List every key, the newest first, with its state: living, expired or revoked.
    List {
        /// The older way to say `--output json`.
        #[arg(long, hide = true)]
        json: bool,
    },
    /// End a key at once.
    Revoke {
        /// The key's id.
        id: String,
    },
}

#[derive(Subcommand)]
pub enum BillingCommand {
    /// Read every ledger and compare it with the balance that it must explain. Ends with 1 when one does not.
    Verify,
}
