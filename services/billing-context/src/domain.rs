//! The rules of billing: pure, without a database or a wire.

mod calendar;
mod credit;
mod ledger_check;
mod plan;
mod server_key;
mod subscription;
mod text;

use service_kit::Id;

pub use credit::{Account, BalanceTooLarge, CannotEnter, Entry, LARGEST_AMOUNT, Posting, Reason};
pub use ledger_check::{Fault, LedgerCheck};
pub use plan::{Feature, FeatureValue, Interval, Plan, PlanType};
pub use server_key::{InvalidExpiry, KeyDenied, MOST_LIVING, Maker, Scope, Scopes, ServerKey, key_expiry, key_name};
pub use subscription::{Entitled, Status, Subscription};
pub use text::{code, line, lines};

/// Marks ids of organizations.
pub enum OrganizationKind {}
/// Marks ids of users.
pub enum UserKind {}
/// Marks ids of subscriptions.
pub enum SubscriptionKind {}
/// Marks ids of ledger entries.
pub enum EntryKind {}
/// Marks ids of server API keys.
pub enum ServerKeyKind {}

pub type OrganizationId = Id<OrganizationKind>;
pub type UserId = Id<UserKind>;
pub type SubscriptionId = Id<SubscriptionKind>;
pub type EntryId = Id<EntryKind>;
pub type ServerKeyId = Id<ServerKeyKind>;
