//! Between messages and the domain.

mod checkout;
mod credits;
mod features;
mod plans;
mod quarantine;
mod server_keys;
mod subscriptions;

pub use checkout::{errand_secret, open_portal, portal_action, start_checkout};
pub use credits::{any_balance, balance};
pub use quarantine::outcome;
pub use server_keys::{read_new_key, read_scope, server_key_id};
pub use subscriptions::subscription;

use service_kit::{Fields, Refusal};

use crate::domain::{LARGEST_AMOUNT, OrganizationId};

/// Reads the field `organization_id`.
pub fn organization_id(text: &str) -> Result<OrganizationId, Refusal> {
    let mut fields = Fields::default();
    fields.check("organization_id", text.parse()).ok_or_else(|| fields.refuse())
}

/// A count of 0 or more that JSON keeps exactly.
fn units(count: i64) -> Result<i64, &'static str> {
    if (0..=LARGEST_AMOUNT).contains(&count) { Ok(count) } else { Err("must be 0 to 9007199254740991") }
}
