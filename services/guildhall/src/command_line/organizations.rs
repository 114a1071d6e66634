//! Organizations.

use clap::{Args, Subcommand};

use super::people::StatusFilter;

#[derive(Subcommand)]
pub enum OrgCommand {
    /// List organizations, the newest first.
    List {
        /// A part of the name or the beginning of the slug, in any case.
        #[arg(long)]
        search: Option<String>,
        /// Only those of this status.
        #[arg(long, value_enum)]
        status: Option<StatusFilter>,
        /// How many at most; all of them without it.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
        limit: Option<u64>,
    },
    /// Show an organization.
    Show {
        /// The organization's id or slug.
        organization: String,
    },
    /// List the members of an organization in the order of joining.
    Members {
        /// The organization's id or slug.
        organization: String,
        /// How many at most; all of them without it.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
        limit: Option<u64>,
    },
    /// Block an organization: nobody can act for it, and its tokens are refused within a second.
    Suspend(OneOrganization),
    /// Take a suspended organization back into use.
    Unsuspend(OneOrganization),
    /// End an organization for good, whoever still belongs to it. Its subscriptions end as well.
    Delete {
        #[command(flatten)]
        which: OneOrganization,
        /// It cannot be undone.
        #[arg(long = "yes-i-know-what-im-doing")]
        is_meant: bool,
    },
    /// Print all that is kept of an organization, one JSON object a line: itself, its roles, its members, and what the audit logs of all
    /// services say of it.
    Export {
        /// The organization's id or slug.
        organization: String,
    },
}

#[derive(Args)]
pub struct OneOrganization {
    /// The organization's id or slug.
    pub organization: String,
    /// Why, for the audit log: one line of at most 500 characters.
    #[arg(long)]
    pub reason: Option<String>,
}
