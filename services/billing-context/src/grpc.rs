//! The RPCs: parse, call one use case, answer.

mod changes;
mod credits;
mod plans;
mod server_billing;
mod server_keys;
mod subscriptions;

pub use changes::Changes;
pub use credits::Credits;
pub use plans::Plans;
pub use server_billing::ServerBilling;
pub use server_keys::ServerKeys;
pub use subscriptions::Subscriptions;

use service_kit::authentication;
use tonic::{Request, Status};

use crate::domain::UserId;

fn caller<T>(request: &Request<T>) -> Result<UserId, Status> {
    Ok(UserId::from(authentication::caller(request)?.user_id))
}
