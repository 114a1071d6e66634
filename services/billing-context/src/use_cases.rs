//! One file per thing that can be done.

mod admit_key;
mod apply_plans;
mod charge;
mod create_server_key;
mod deposit;
mod get_balance;
mod get_entitlement;
mod get_subscription;
mod grant_subscription;
mod list_plans;
mod list_server_keys;
mod list_transactions;
mod post;
mod post_by_key;
mod record_key_uses;
mod revoke_server_key;
mod set_overdraft;
mod verify_ledgers;

pub use apply_plans::{ApplyPlans, apply_plans};
pub use charge::{Charge, charge};
pub use create_server_key::{CreateServerKey, CreatedServerKey, create_server_key, make_key};
pub use deposit::{Deposit, deposit};
pub use get_balance::{get_any_balance, get_balance};
pub use get_entitlement::{Entitlement, get_entitlement};
pub use get_subscription::{get_any_subscription, get_subscription};
pub use grant_subscription::{GrantSubscription, Granted, grant_subscription};
pub use list_plans::list_plans;
pub use list_server_keys::list_server_keys;
pub use list_transactions::{list_any_transactions, list_transactions, transactions_scope};
pub use record_key_uses::record_key_uses;
pub use revoke_server_key::{end_key, revoke_server_key};
pub use set_overdraft::{SetOverdraft, set_overdraft};
pub use verify_ledgers::{Verified, verify_ledgers};
