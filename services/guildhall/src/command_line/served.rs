//! What a process serves.

use clap::ValueEnum;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Served {
    Identity,
    Organizations,
    Invitations,
    BillingContext,
    Gateway,
    All,
}

impl Served {
    /// What such a process is called in its log lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Organizations => "organizations",
            Self::Invitations => "invitations",
            Self::BillingContext => "billing-context",
            Self::Gateway => "gateway",
            Self::All => "guildhall",
        }
    }

    /// Whether the service of this name runs in such a process.
    pub fn includes(self, service: &str) -> bool {
        match self {
            Self::All => true,
            Self::Identity => service == "identity",
            Self::Organizations => service == "organizations",
            Self::Invitations => service == "invitations",
            Self::BillingContext => service == "billing-context",
            Self::Gateway => service == "gateway",
        }
    }
}
