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
