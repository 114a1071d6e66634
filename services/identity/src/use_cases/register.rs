//! Signs somebody up.

use mail::Address;
use secrecy::SecretString;

use super::create_user::create;
use super::log_in::recognize;
use super::open_session::open_session;
use super::provision_user::provision_user;
use super::sign_up_by_mail::sign_up_by_mail;
use super::throttle::{forgive, take_failure, take_rate};
use super::{HEAD_START, SignedIn};
use crate::context::Context;
use crate::domain::client::Client;
use crate::domain::password::NewPassword;
use crate::domain::session::Opening;
use crate::domain::sign_up_policy::{Enumeration, Registration};
use crate::domain::throttle::{Failures, Rate};
use crate::domain::user::{Names, User, UserId};
use crate::error::IdentityError;
use crate::numbers::Method;
use crate::store::users;

/// Who signs up.
pub struct Register {
    pub email: Address,
    pub password: NewPassword,
    pub names: Names,
    pub app_code: String,
    pub client: Client,
    /// Whether another service has seen an invitation for the address.
    pub is_invited: bool,
    /// Whether the first session is kept in cookies.
    pub in_cookies: bool,
}

/// What becomes of a sign-up.
pub enum Registered {
    /// The account is made and somebody signed in to it.
    SignedIn(Box<SignedIn>),
    /// Whatever there is to say is in the mail; the account if one was made.
    Mailed(Option<UserId>),
}

/// Makes the account, if sign-up is open to whoever asks.
pub async fn register(context: &Context, command: Register) -> Result<Registered, IdentityError> {
    match context.registration {
        Registration::Open => {}
        Registration::InviteOnly if command.is_invited => {}
        Registration::InviteOnly => return Err(IdentityError::NotInvited),
        Registration::Closed => return Err(IdentityError::SignUpClosed),
    }
    take_rate(context, &Rate::SignUpsFrom(command.client.ip())).await?;
    match context.enumeration {
        Enumeration::Friendly => {
            let outcome = sign_up(context, command).await;
            context.numbers.sign_in(Method::SignUp, &outcome);
            Ok(Registered::SignedIn(Box::new(outcome?)))
        }
        Enumeration::Strict => {
            let Register { email, password, names, .. } = command;
            Ok(Registered::Mailed(sign_up_by_mail(context, &email, password, names).await?))
        }
    }
}

/// Makes the account, its personal organization and its first session. As long as nobody has signed
/// in to the account, the same call with the same password completes what an outage left undone.
async fn sign_up(context: &Context, command: Register) -> Result<SignedIn, IdentityError> {
    let email = command.email.canonical();
    let known = users::find_by_email(context.database.reader(), email).await?;
    let user = match known {
        Some(user) => accept_again(context, user, command.password.into_secret()).await?,
        None => {
            let again = command.password.as_secret().clone();
            let password_hash = context.passwords.hash_new(command.password).await?;
            match create(context, email, password_hash, command.names, HEAD_START).await? {
                Some(user) => user,
                None => {
                    // Somebody was faster with the same address, most likely the same person.
                    let user = users::find_by_email(context.database.reader(), email).await?;
                    let user = user.ok_or(IdentityError::UserAlreadyExists)?;
                    accept_again(context, user, again).await?
                }
            }
        }
    };

    provision_user(context, &user).await?;
    let opening = Opening {
        user_id: user.id,
        app_code: command.app_code,
        active_organization_id: user.personal_organization_id,
        client: command.client,
        is_remembered: false,
        in_cookies: command.in_cookies,
    };
    let mut signed_in = open_session(context, &user, opening).await?;
    signed_in.device_token = recognize(context, &signed_in.user, None);
    Ok(signed_in)
}

async fn accept_again(context: &Context, user: User, password: SecretString) -> Result<User, IdentityError> {
    // A proven account was not made by a sign-up whose answer was lost: the operator made it, or a new password.
    if user.has_signed_up() || user.email_verified || !user.is_active() {
        return Err(IdentityError::UserAlreadyExists);
    }
    let failures = Failures::Account(&user.email);
    take_failure(context, &failures).await?;
    if !context.passwords.verify(password, user.password_hash.as_deref()).await? {
        return Err(IdentityError::UserAlreadyExists);
    }
    forgive(context, &failures).await?;
    Ok(user)
}
