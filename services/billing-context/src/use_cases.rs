//! One file per thing that can be done.

mod apply_plans;
mod deposit;
mod get_balance;
mod get_entitlement;
mod get_subscription;
mod grant_subscription;
mod list_plans;
mod list_transactions;
mod post;

pub use apply_plans::{ApplyPlans, apply_plans};
pub use deposit::{Deposit, deposit};
pub use get_balance::get_balance;
pub use get_entitlement::{Entitlement, get_entitlement};
pub use get_subscription::get_subscription;
pub use grant_subscription::{GrantSubscription, Granted, grant_subscription};
pub use list_plans::list_plans;
pub use list_transactions::list_transactions;
