//! The rules of billing: pure, without a database or a wire.

mod calendar;
mod credit;
mod plan;
mod subscription;
mod text;

use service_kit::Id;

pub use credit::{Account, BalanceTooLarge, Entry, LARGEST_AMOUNT, Posting, Reason};
pub use plan::{Feature, FeatureValue, Interval, Plan, PlanType};
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

pub type OrganizationId = Id<OrganizationKind>;
pub type UserId = Id<UserKind>;
pub type SubscriptionId = Id<SubscriptionKind>;
pub type EntryId = Id<EntryKind>;
