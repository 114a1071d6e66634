//! Links that the operator hands over past the mail: `admin create`, `user reset-password`.

use std::time::Duration;

use serde_json::json;
use service_kit::audit::{self, Reason};
use service_kit::{SecretToken, Timestamp, WriteTransaction};

use super::accounts::find;
use super::{Operator, ResetLink};
use crate::domain::link::Link;
use crate::domain::trail::Trail;
use crate::domain::user::UserId;
use crate::error::OperatorError;
use crate::store::{mailed_tokens, users};

/// How long the token for an account's first password works.
const SETUP_WITHIN: Duration = Duration::from_secs(24 * 3600);

/// A link with which a new password is chosen, in the place of any that was mailed. An account whose address nobody has proven may
/// be a stranger's, who must not get it into hand with a new password.
pub async fn make_reset_link(
    operator: &Operator,
    text: &str,
    reason: Option<Reason>,
) -> Result<ResetLink, OperatorError> {
    let id = find(operator, text).await?.id;
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = users::lock(&transaction, id).await?.ok_or(OperatorError::NoSuchUser)?;
    if !user.is_active() {
        return Err(OperatorError::NotInUse);
    }
    if !user.email_verified {
        return Err(OperatorError::Unproven);
    }
    let until = now.plus(Link::ResetPassword.lifetime());
    let trail = operator.trail().because(reason);
    let token = make(operator, &transaction, id, ("user.reset_link_made", trail), until, now).await?;
    transaction.commit().await?;
    Ok(ResetLink { email: user.email, token, until })
}

pub async fn make_setup_token(
    operator: &Operator,
    transaction: &WriteTransaction,
    user_id: UserId,
    now: Timestamp,
) -> Result<SecretToken, OperatorError> {
    let made = ("user.setup_link_made", operator.trail());
    make(operator, transaction, user_id, made, now.plus(SETUP_WITHIN), now).await
}

async fn make(
    operator: &Operator,
    transaction: &WriteTransaction,
    user_id: UserId,
    (action, trail): (&str, Trail),
    until: Timestamp,
    now: Timestamp,
) -> Result<SecretToken, OperatorError> {
    let token = SecretToken::generate(&operator.entropy);
    mailed_tokens::replace(transaction, user_id, Link::ResetPassword, &token, until).await?;
    let details = json!({ "valid_until": until.to_rfc3339() });
    audit::append(transaction, trail.entry(action, user_id, details, &operator.entropy, now)).await?;
    Ok(token)
}
