//! Signs somebody in.

use mail::Address;
use secrecy::SecretString;

use super::SignedIn;
use super::open_session::open_session;
use super::provision_user::provision_user;
use crate::context::Context;
use crate::domain::client::Client;
use crate::domain::session::Opening;
use crate::domain::user::OrganizationId;
use crate::error::IdentityError;
use crate::store::users;

/// Who signs in, and for what.
pub struct LogIn {
    pub email: Address,
    pub password: SecretString,
    /// The organization to act for; the personal one when not said.
    pub organization_id: Option<OrganizationId>,
    pub is_remembered: bool,
    pub app_code: String,
    pub client: Client,
}

/// Opens a session. A password is verified whatever the address, so that neither answer nor time
/// tells which addresses have an account.
pub async fn log_in(context: &Context, command: LogIn) -> Result<SignedIn, IdentityError> {
    let user = users::find_by_email(context.database.reader(), command.email.canonical()).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let fits = context.passwords.verify(command.password, stored).await?;
    let user = user.filter(|user| fits && user.is_active()).ok_or(IdentityError::InvalidCredentials)?;

    provision_user(context, &user).await?;
    let opening = Opening {
        user_id: user.id,
        app_code: command.app_code,
        active_organization_id: command.organization_id.unwrap_or(user.personal_organization_id),
        client: command.client,
        is_remembered: command.is_remembered,
    };
    open_session(context, &user, opening).await
}
