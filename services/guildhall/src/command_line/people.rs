//! Accounts, and what was done to them and by whom.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::migrate::seconds;

#[derive(Subcommand)]
pub enum UserCommand {
    /// List accounts, the newest first.
    List {
        /// How the address begins, or a part of a name, in any case.
        #[arg(long)]
        search: Option<String>,
        /// Only those of this status.
        #[arg(long, value_enum)]
        status: Option<StatusFilter>,
        /// How many at most; all of them without it.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
        limit: Option<u64>,
    },
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
    /// Block an account. Nobody can use it from then on; identity and organizations, once both run, settle the rest, unless
    /// an organization would be left without an active owner.
    Suspend(OneUser),
    /// Take a suspended account back into use.
    Unsuspend(OneUser),
    /// Delete an account and everything personal, as its owner could. Organizations of which it is the only owner are in the way.
    Delete {
        #[command(flatten)]
        which: OneUser,
        /// Organizations that would lose their only owner go to whoever has belonged to them for the longest time. Works with a
        /// suspended account, too.
        #[arg(long)]
        hand_over: bool,
        /// It cannot be undone.
        #[arg(long = "yes-i-know-what-im-doing")]
        is_meant: bool,
    },
    /// Print all that is kept of a user, one JSON object a line: the account, sessions, memberships, and what the user did as the audit
    /// logs of all services say.
    Export {
        /// The account's e-mail address or id.
        user: String,
    },
    /// Print a link, good once and for an hour, by which the account's owner chooses another password; what was mailed before
    /// works no more.
    ResetPassword {
        /// The account's e-mail address or id.
        user: String,
        /// Why, for the audit log: one line of at most 500 characters.
        #[arg(long)]
        reason: Option<String>,
    },
}

#[derive(Args)]
pub struct OneUser {
    /// The account's e-mail address or id.
    pub user: String,
    /// Why, for the audit log: one line of at most 500 characters.
    #[arg(long)]
    pub reason: Option<String>,
    /// How long to wait for the services to settle it, 0 to 3600; they go on without this command.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "10")]
    pub wait: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFilter {
    /// In use.
    Active,
    /// Blocked, or about to be.
    Suspended,
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Tell the latest entries of all services' audit logs, the oldest of them first.
    Tail {
        /// How many, 1 to 1000.
        #[arg(short = 'n', long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
        number: u64,
        /// Go on telling new entries until interrupted.
        #[arg(short, long, conflicts_with = "until")]
        follow: bool,
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
