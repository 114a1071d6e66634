//! Signs somebody in.

use mail::Address;
use secrecy::SecretString;
use token_verification::Caller;

use super::SignedIn;
use super::find_live_session::find_live_session;
use super::open_session::open_session;
use super::provision_user::provision_user;
use super::renew_hash::renew_hash;
use super::throttle::{begin_sign_in, finish_sign_in};
use crate::context::Context;
use crate::domain::client::Client;
use crate::domain::device::Device;
use crate::domain::session::Opening;
use crate::domain::sign_up_policy::Enumeration;
use crate::domain::throttle::{Failures, Rate};
use crate::domain::user::{OrganizationId, User};
use crate::error::IdentityError;
use crate::numbers::Method;
use crate::store::users;

/// Who signs in, and for what.
pub struct LogIn {
    pub email: Address,
    pub password: SecretString,
    /// The organization to act for; the personal one when not said.
    pub organization_id: Option<OrganizationId>,
    pub is_remembered: bool,
    pub in_cookies: bool,
    pub app_code: String,
    pub client: Client,
    /// What shows that the device has signed in before.
    pub device_token: String,
    /// Whoever is signed in on the device already.
    pub caller: Option<Caller>,
}

/// Opens a session. A password is verified whatever the address, so that neither answer nor time
/// tells which addresses have an account.
pub async fn log_in(context: &Context, command: LogIn) -> Result<SignedIn, IdentityError> {
    let outcome = try_to_log_in(context, command).await;
    context.numbers.sign_in(Method::Password, &outcome);
    outcome
}

async fn try_to_log_in(context: &Context, command: LogIn) -> Result<SignedIn, IdentityError> {
    let email = command.email.canonical();
    let known = users::find_by_email(context.database.reader(), email).await?;
    let device = known.as_ref().and_then(|user| known_device(context, &command.device_token, user));
    let failures = match (&known, device) {
        (Some(user), Some(device)) => Failures::Device(user.credential(), device.id),
        (Some(user), None) if has_session(context, command.caller.as_ref(), user).await => Failures::Session(user.id),
        _ => Failures::Account(email),
    };
    let from = Rate::SignInsFrom(command.client.ip());
    begin_sign_in(context, &failures, &from, &Rate::SignInsTo(email)).await?;

    let user = verify(context, known, &command.password).await?;
    provision_user(context, &user).await?;
    let opening = Opening {
        user_id: user.id,
        app_code: command.app_code,
        active_organization_id: command.organization_id.unwrap_or(user.personal_organization_id),
        client: command.client.clone(),
        is_remembered: command.is_remembered,
        in_cookies: command.in_cookies,
    };
    let mut signed_in = match open_session(context, &user, opening.clone()).await {
        // Another sign-in may have made the same password's hash anew meanwhile.
        Err(IdentityError::InvalidCredentials) => {
            let known = users::find_by_email(context.database.reader(), email).await?;
            let user = verify(context, known, &command.password).await?;
            open_session(context, &user, opening).await?
        }
        other => other?,
    };
    finish_sign_in(context, &failures, &from).await?;
    renew_hash(context, &user, command.password).await;
    signed_in.device_token = recognize(context, &signed_in.user, device);
    Ok(signed_in)
}

/// The user whose password it is.
async fn verify(context: &Context, known: Option<User>, password: &SecretString) -> Result<User, IdentityError> {
    let stored = known.as_ref().and_then(|user| user.password_hash.as_deref());
    let fits = context.passwords.verify(password.clone(), stored).await?;
    // A strict deployment would tell at sign-in what it hides at sign-up.
    let may_sign_in = |user: &User| user.email_verified || context.enumeration == Enumeration::Friendly;
    known.filter(|user| fits && user.is_active() && may_sign_in(user)).ok_or(IdentityError::InvalidCredentials)
}

/// The token by which the device is known from now on.
pub fn recognize(context: &Context, user: &User, device: Option<Device>) -> String {
    let now = context.clock.now();
    let id = device.map_or_else(|| context.entropy.uuid(now), |device| device.id);
    Device::known(id, now).token(&context.secrets.devices, user.credential())
}

/// Whether somebody is signed in to the account on the device that signs in again.
async fn has_session(context: &Context, caller: Option<&Caller>, user: &User) -> bool {
    let Some(caller) = caller.filter(|caller| caller.user_id == user.id.uuid()) else { return false };
    find_live_session(context, caller).await.is_ok()
}

fn known_device(context: &Context, token: &str, user: &User) -> Option<Device> {
    Device::proven(token, &context.secrets.devices, user.credential(), context.clock.now())
}
