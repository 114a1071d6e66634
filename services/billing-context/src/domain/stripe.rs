//! Whose customer at Stripe is whose, and what Stripe told that does not fit.

use service_kit::Timestamp;

use crate::domain::OrganizationId;

/// An organization as a customer of Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeCustomer {
    pub organization_id: OrganizationId,
    pub customer_id: String,
    /// Whether real money moves.
    pub is_live: bool,
    /// Number of the latest reason to read it.
    pub wanted: i64,
    /// Number of the reason up to which what was read has been applied.
    pub done: i64,
}

/// Something that Stripe told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The event's id; for what is set aside, one that is made of what it is about.
    pub id: String,
    /// What happened first.
    pub kind: String,
    pub is_live: bool,
    pub customer_id: Option<String>,
    /// The organization that the event names.
    pub claimed_organization: Option<String>,
    pub occurred: Timestamp,
    pub received: Timestamp,
    /// How often it was told, the first time included.
    pub times: i64,
    pub last_received: Timestamp,
    /// The latest event that told it; `None` for what was found while reading.
    pub stripe_event_id: Option<String>,
    /// Why it waits for the operator instead of being heeded.
    pub set_aside: Option<SetAside>,
}

/// Why something waits for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetAside {
    /// No organization is this customer.
    UnknownCustomer,
    /// The event names another organization than the customer's.
    OrganizationMismatch,
    /// Test mode told something to live mode, or the other way around.
    WrongMode,
    /// A subscription is on a price that no plan of ours has.
    UnknownPrice,
    /// A customer took a second subscription; it was canceled, and what was paid for it has to be given back.
    SecondSubscription,
    /// Stripe no longer has the customer.
    CustomerMissing,
    /// Something was bought for an organization that is no more; it was canceled, and what was paid has to be given back.
    OrganizationGone,
    /// A subscription ended here that could not be ended at Stripe, where it may go on being paid for.
    LeftRunning,
}

impl SetAside {
    pub const ALL: [Self; 8] = [
        Self::UnknownCustomer,
        Self::OrganizationMismatch,
        Self::WrongMode,
        Self::UnknownPrice,
        Self::SecondSubscription,
        Self::CustomerMissing,
        Self::OrganizationGone,
        Self::LeftRunning,
    ];

    /// The word that answers and columns use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownCustomer => "unknown_customer",
            Self::OrganizationMismatch => "organization_mismatch",
            Self::WrongMode => "wrong_mode",
            Self::UnknownPrice => "unknown_price",
            Self::SecondSubscription => "second_subscription",
            Self::CustomerMissing => "customer_missing",
            Self::OrganizationGone => "organization_gone",
            Self::LeftRunning => "left_running",
        }
    }
}

impl SetAside {
    /// The id of what is set aside, made of what it is about: a customer that events tell of, or whatever was found while
    /// reading. So another product at the same account fills no list: its events count up.
    pub fn id_about(self, provider_id: &str) -> String {
        format!("{}:{provider_id}", self.word())
    }

    /// What such an id is about; `None` when it is another reason's.
    pub fn subject_of(self, id: &str) -> Option<&str> {
        id.strip_prefix(self.word())?.strip_prefix(':')
    }

    /// Whether events alone tell it. What is told no more need not wait for ever; what was found while reading is to be seen
    /// to.
    pub const fn is_hearsay(self) -> bool {
        matches!(self, Self::UnknownCustomer | Self::OrganizationMismatch | Self::WrongMode)
    }
}

impl Incident {
    /// Why it cannot be heeded, given whose customer it is about and the mode that this deployment works in.
    pub fn objection(&self, customer: Option<&StripeCustomer>, is_live: bool) -> Option<SetAside> {
        if self.is_live != is_live {
            return Some(SetAside::WrongMode);
        }
        let Some(customer) = customer.filter(|customer| customer.is_live == is_live) else {
            return Some(SetAside::UnknownCustomer);
        };
        let is_ours = |claimed: &String| *claimed == customer.organization_id.to_string();
        let fits = self.claimed_organization.as_ref().is_none_or(is_ours);
        (!fits).then_some(SetAside::OrganizationMismatch)
    }
}
