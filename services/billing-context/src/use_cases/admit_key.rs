//! Finds out what a server API key may do.

use service_kit::request_scope::RequestScope;
use service_kit::{ServerKeySecret, Timestamp, WriteTransaction};

use crate::context::Context;
use crate::domain::{KeyDenied, OrganizationId, Scope};
use crate::error::BillingError;
use crate::store::server_keys;

/// Refused unless the key is good for this now and there is such an organization. The key comes first: whoever has none learns
/// nothing about organizations. Answers whether the organization is active, rather than suspended.
pub async fn admit_key(
    context: &Context,
    secret: &ServerKeySecret,
    scope: Scope,
    organization: OrganizationId,
) -> Result<bool, BillingError> {
    authorize_key(context, secret, scope).await?;
    context.organizations.look_up(organization).await
}

/// Refused unless the key is good for this now.
pub async fn authorize_key(context: &Context, secret: &ServerKeySecret, scope: Scope) -> Result<(), BillingError> {
    let now = context.clock.now();
    let key = server_keys::find(context.database.reader(), secret).await?.ok_or(KeyDenied::Unknown)?;
    RequestScope::note(|facts| facts.note_server_key(Some(key.id.uuid())));
    key.allow(scope, now)?;
    context.key_uses.note(key.id, now);
    Ok(())
}

/// Refused when the key is good for nothing any more: what was answered to it is not to be read again either. Which scopes it
/// has never changes.
pub async fn check_key(context: &Context, secret: &ServerKeySecret) -> Result<(), BillingError> {
    let key = server_keys::find(context.database.reader(), secret).await?.ok_or(KeyDenied::Unknown)?;
    Ok(key.stands(context.clock.now())?)
}

/// Asks the same of the key in the transaction that does it: once the end of a key was answered, nothing done by it is
/// committed any more.
pub async fn hold_key(
    transaction: &WriteTransaction,
    secret: &ServerKeySecret,
    scope: Scope,
    now: Timestamp,
) -> Result<(), BillingError> {
    let key = server_keys::hold(transaction, secret).await?.ok_or(KeyDenied::Unknown)?;
    Ok(key.allow(scope, now)?)
}
