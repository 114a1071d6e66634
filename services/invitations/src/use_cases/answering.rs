//! The invitation that somebody answers.

use service_kit::{SecretToken, WriteTransaction};

use crate::domain::{Cause, Invitation, InvitationId, Refused, Way};
use crate::error::InvitationError;
use crate::store::{invitations, replaced_tokens};

/// Which invitation, and how the caller knows of it.
pub enum Answering {
    ById(InvitationId),
    ByToken(SecretToken),
}

impl Answering {
    pub const fn way(&self) -> Way {
        match self {
            Self::ById(_) => Way::Id,
            Self::ByToken(_) => Way::Token,
        }
    }

    /// The invitation; other writers of it wait until the transaction ends.
    pub async fn lock(&self, transaction: &WriteTransaction) -> Result<Invitation, InvitationError> {
        let found = match self {
            Self::ById(id) => invitations::lock_by_id(transaction, *id).await?,
            Self::ByToken(token) => invitations::lock_by_token(transaction, token).await?,
        };
        match (found, self) {
            (Some(invitation), _) => Ok(invitation),
            (None, Self::ById(_)) => Err(Refused::NotFound.into()),
            (None, Self::ByToken(token)) => Err(no_offer(replaced_tokens::is_known(transaction, token).await?).into()),
        }
    }
}

/// What a secret is told that opens nothing: it did once, or never.
pub fn no_offer(is_replaced: bool) -> Refused {
    if is_replaced { Refused::Revoked { cause: Some(Cause::Superseded) } } else { Refused::NotFound }
}
