//! Outboxes.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum OutboxCommand {
    /// List what is not delivered yet and what was set aside, of all services, the oldest of each first. What a message holds is not
    /// shown.
    List {
        /// Of this service alone.
        #[arg(long, value_enum)]
        service: Option<WithOutbox>,
        /// Only what was set aside and is not tried again by itself.
        #[arg(long)]
        set_aside: bool,
    },
    /// Have a service deliver what was set aside after all. A running one begins within seconds.
    Retry(Retry),
    /// Give one message up for good that was set aside: what it stood for never happens, and nothing else undoes its beginning.
    Drop(GiveUp),
}

#[derive(Args)]
#[command(group(ArgGroup::new("which").args(["topic", "id"])))]
pub struct Retry {
    /// The service that set it aside.
    #[arg(long, value_enum)]
    pub service: WithOutbox,
    /// Only messages of this topic.
    #[arg(long)]
    pub topic: Option<String>,
    /// Only the message of this id.
    #[arg(long)]
    pub id: Option<i64>,
    /// Why, for the audit log: one line of at most 500 characters.
    #[arg(long)]
    pub reason: Option<String>,
}

#[derive(Args)]
pub struct GiveUp {
    /// The service that set it aside.
    #[arg(long, value_enum)]
    pub service: WithOutbox,
    /// The message's id, as `outbox list` tells it.
    #[arg(long)]
    pub id: i64,
    /// Why, for the audit log: one line of at most 500 characters.
    #[arg(long)]
    pub reason: Option<String>,
    /// Says that it is meant: nobody can put the message back.
    #[arg(long = "yes-i-know-what-im-doing")]
    pub is_meant: bool,
}

/// A service that has an outbox.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WithOutbox {
    Identity,
    Invitations,
    BillingContext,
}

impl WithOutbox {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Invitations, Self::BillingContext];

    /// What the service is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Invitations => "invitations",
            Self::BillingContext => "billing-context",
        }
    }
}
