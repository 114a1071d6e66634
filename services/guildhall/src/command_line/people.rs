//! Accounts, and what was done to them and by whom.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Show an account.
    Show {
        /// The account's e-mail address or id.
        user: String,
    },
    /// List the living sessions of an account, the newest first.
    Sessions {
        /// The account's e-mail address or id.
        user: String,
    },
    /// End every session of an account. Its tokens are refused within a second, also by what runs meanwhile.
    SignOut {
        /// The account's e-mail address or id.
        user: String,
        /// Why, for the audit log: one line of at most 500 characters.
        #[arg(long)]
        reason: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Tell the latest entries of all services' audit logs, the oldest of them first.
    Tail {
        /// How many, 1 to 1000.
        #[arg(short = 'n', long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
        number: u64,
        #[command(flatten)]
        which: WhichEntries,
    },
    /// Tell every entry of all services' audit logs, the newest first, one service after the other.
    Export {
        #[command(flatten)]
        which: WhichEntries,
    },
}

#[derive(Args)]
pub struct WhichEntries {
    /// Done by this user (an id), or `operator`, or `system`.
    #[arg(long)]
    pub actor: Option<String>,
    /// Exactly this action, such as user.suspended.
    #[arg(long)]
    pub action: Option<String>,
    /// Concerning the organization of this id.
    #[arg(long)]
    pub organization: Option<uuid::Uuid>,
    /// At this instant or later, such as 2030-01-31T12:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    pub since: Option<String>,
    /// Before this instant.
    #[arg(long, value_name = "INSTANT")]
    pub until: Option<String>,
}
