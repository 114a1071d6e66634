//! The rules of billing: pure, without a database or a wire.

mod calendar;
mod caller;
mod credit;
mod ending;
mod ledger_check;
mod order;
mod paid;
mod plan;
mod record;
mod return_url;
mod said;
mod server_key;
mod stripe;
mod subscription;
mod subscription_refusal;
mod text;
mod trail;

use service_kit::Id;

pub use caller::Caller;
pub use credit::{Account, BalanceTooLarge, CannotEnter, Entry, LARGEST_AMOUNT, Posting, Reason};
pub use ending::EndingCursor;
pub use ledger_check::{Fault, LedgerCheck};
pub use order::{ORDER_STANDS_FOR, Order, PortalVisit, Step, StepAction, VISIT_LASTS, When};
pub use paid::{Stretch, counting, stretches};
pub use plan::{Feature, FeatureValue, Interval, Plan, PlanType, PlanVersion};
pub use record::Record;
pub use return_url::{ReturnOrigins, ReturnUrl};
pub use said::{PaidLine, Said, SaidPlans, SaidSubscription};
pub use server_key::{InvalidExpiry, KeyDenied, MOST_LIVING, Maker, Scope, Scopes, ServerKey, key_expiry, key_name};
pub use stripe::{Incident, SetAside, StripeCustomer};
pub use subscription::{Entitled, Period, ProviderKind, Status, Subscription};
pub use subscription_refusal::SubscriptionRefusal;
pub use text::{code, line, lines};
pub use trail::{Trail, as_members_see};

/// Marks ids of organizations.
pub enum OrganizationKind {}
/// Marks ids of users.
pub enum UserKind {}
/// Marks ids of subscriptions.
pub enum SubscriptionKind {}
/// Marks ids of ledger entries.
pub enum EntryKind {}
/// Marks ids of orders.
pub enum OrderKind {}
/// Marks ids of visits to the portal.
pub enum VisitKind {}
/// Marks ids of steps at a provider.
pub enum StepKind {}
/// Marks ids of server API keys.
pub enum ServerKeyKind {}

pub type OrganizationId = Id<OrganizationKind>;
pub type UserId = Id<UserKind>;
pub type SubscriptionId = Id<SubscriptionKind>;
pub type EntryId = Id<EntryKind>;
pub type OrderId = Id<OrderKind>;
pub type VisitId = Id<VisitKind>;
pub type StepId = Id<StepKind>;
pub type ServerKeyId = Id<ServerKeyKind>;
