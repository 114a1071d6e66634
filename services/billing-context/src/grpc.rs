//! The RPCs: parse, call one use case, answer.

mod audit;
mod changes;
mod checkout;
mod credits;
mod manual_provider;
mod plan_administration;
mod plans;
mod quarantine;
mod server_billing;
mod server_keys;
mod subscription_administration;
mod subscriptions;
mod webhooks;

pub use audit::Audit;
pub use changes::Changes;
pub use checkout::Checkout;
pub use credits::Credits;
pub use manual_provider::ManualProvider;
pub use plan_administration::PlanAdministration;
pub use plans::Plans;
pub use quarantine::Quarantine;
pub use server_billing::ServerBilling;
pub use server_keys::ServerKeys;
pub use subscription_administration::SubscriptionAdministration;
pub use subscriptions::Subscriptions;
pub use webhooks::Webhooks;

use service_kit::{CallOrigin, authentication};
use tonic::{Request, Status};

use crate::domain::Caller;

fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    let caller = authentication::caller(request)?;
    Ok(Caller { user_id: caller.user_id.into(), session_id: Some(caller.session_id), origin: CallOrigin::of(request) })
}
