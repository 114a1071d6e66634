//! Erases everything personal of an account.

use service_kit::{Timestamp, WriteTransaction, outbox};

use super::departure::DEPART;
use super::provision_user::PROVISION;
use super::take_position;
use crate::domain::user::UserId;
use crate::error::IdentityError;
use crate::store::{mailed_tokens, pending_emails, refresh_tokens, sessions, users};

/// Ends the sessions, frees the address and forgets the rest; answers the position at which the user's
/// tokens end. The user is locked. Comes last in a transaction.
pub async fn erase_user(transaction: &WriteTransaction, user_id: UserId, now: Timestamp) -> Result<i64, IdentityError> {
    forget_user(transaction, user_id, now).await?;
    take_position::of_user(transaction, user_id, now).await
}

/// All of it but the position.
pub async fn forget_user(transaction: &WriteTransaction, user_id: UserId, now: Timestamp) -> Result<(), IdentityError> {
    sessions::end_all(transaction, user_id, now).await?;
    sessions::forget_clients(transaction, user_id).await?;
    refresh_tokens::remove_all(transaction, user_id).await?;
    mailed_tokens::remove_all(transaction, user_id).await?;
    pending_emails::remove(transaction, user_id).await?;
    users::erase(transaction, user_id, now).await?;
    outbox::complete(transaction, DEPART, &user_id.to_string()).await?;
    outbox::complete(transaction, PROVISION, &user_id.to_string()).await?;
    Ok(())
}
