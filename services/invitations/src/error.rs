//! Why a call is refused, in the words of invitations, and what the caller is told.

use std::time::Duration;

use service_kit::rates::in_words;
use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use crate::domain::{Cause, Limit, Refused};
use crate::store::DbErr;

/// How long accepting an invitation takes at most, as a rule.
const A_MOMENT: Duration = Duration::from_secs(1);

/// A use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// A rule of this service says no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Another service refused, in its words; nothing has happened there.
    #[error("refused by another service")]
    Upstream(Status),
    /// Another service gave no answer that tells whether it did its part; repeating is safe.
    #[error("another service did not answer")]
    Unanswered(Status),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] DbErr),
}

impl From<InvitationError> for Status {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Refused(refused) => Refusal::from(refused).into(),
            InvitationError::Upstream(status) | InvitationError::Unanswered(status) => status,
            InvitationError::Internal(error) => Refusal::from(error).into(),
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let (reason, message) = match refused {
            Refused::NotFound => (ErrorReason::InviteNotFound, "There is no such invitation or link."),
            Refused::Expired => (ErrorReason::InviteExpired, "This has expired; ask for a new one."),
            Refused::AlreadyUsed => (ErrorReason::InviteAlreadyUsed, "This invitation has been answered already."),
            Refused::Revoked { cause } => return void(cause),
            Refused::Exhausted => {
                (ErrorReason::InviteLinkExhausted, "This link has been used as often as it allows; ask for a new one.")
            }
            Refused::EmailMismatch { masked } => {
                return Self::new(
                    ErrorReason::InviteEmailMismatch,
                    "This invitation was sent to another address; sign in with the account of that address.",
                )
                .with("invited_email", masked);
            }
            Refused::EmailNotVerified => {
                (ErrorReason::EmailNotVerified, "Prove your e-mail address first; the link is in your mail.")
            }
            Refused::PersonalOrganization => (
                ErrorReason::PersonalOrganization,
                "A personal organization has one member only; make a team organization to share.",
            ),
            Refused::AlreadyAMember => (ErrorReason::AlreadyAMember, "This address belongs to a member already."),
            Refused::BeingAccepted => {
                let sentence = "This address is accepting an earlier invitation right now; try again in a moment.";
                return Self::new(ErrorReason::Conflict, sentence).retry_after(A_MOMENT);
            }
            Refused::TookTooLong => {
                (ErrorReason::ServiceUnavailable, "This took too long and was called off; try again in a moment.")
            }
            Refused::AccountGone => (ErrorReason::TokenRevoked, "This account no longer exists; sign in again."),
            Refused::AccountSuspended => (ErrorReason::UserSuspended, "This account is suspended."),
            Refused::NoAddress { problem } => return Self::invalid(vec![("email".to_owned(), problem)]),
            Refused::NamedTwice => {
                return Self::invalid(vec![("email".to_owned(), "must name each mailbox once".to_owned())]);
            }
            Refused::NotOfTheBackOffice => (ErrorReason::Forbidden, "Only the back office may make this call."),
            Refused::TooOften { limit, wait } => return too_often(limit, wait),
            Refused::OwnersNotByLink => {
                return Self::invalid(vec![("role_ids".to_owned(), "must not make owners by link".to_owned())]);
            }
        };
        Self::new(reason, message)
    }
}

fn void(cause: Option<Cause>) -> Refusal {
    let message = match cause {
        None => "This is no longer valid; ask for a new one.",
        Some(Cause::Withdrawn) => "This was withdrawn; ask whoever sent it if that was a mistake.",
        Some(Cause::Superseded) => "A newer invitation has replaced this one; open the link of the latest mail.",
        Some(Cause::InviterLeft) => {
            "Whoever sent this does not belong to the organization any more; ask somebody who does for a new one."
        }
        Some(Cause::InviterLostPermission) => {
            "Whoever sent this may no longer invite people there; ask somebody who may for a new one."
        }
        Some(Cause::RoleGone) => "A role that this offers does not exist any more; ask for a new one.",
        Some(Cause::RoleAboveInviter) => {
            "A role that this offers now allows more than its sender may grant; ask an owner for a new one."
        }
        Some(Cause::OrganizationGone) => "The organization does not exist any more; there is nothing to join.",
        Some(Cause::TurnedOff) => "This link is turned off at present; ask whoever shared it to turn it on again.",
    };
    let refusal = Refusal::new(ErrorReason::InviteRevoked, message);
    match cause {
        Some(cause) => refusal.with("cause", cause.word()),
        None => refusal,
    }
}

/// Of an address it is told that it was invited too often, and not by whom.
fn too_often(limit: Limit, wait: Duration) -> Refusal {
    let wait_in_words = in_words(wait);
    let message = match limit {
        Limit::Organization => {
            format!(
                "This organization has sent very many invitations lately; wait {wait_in_words} before the next one."
            )
        }
        Limit::Inviter => {
            format!(
                "You have sent very many invitations lately; wait {wait_in_words}, or let a colleague send the next ones."
            )
        }
        Limit::Recipient | Limit::Mailbox => {
            format!("This address has been invited too often lately; wait {wait_in_words} before you invite it again.")
        }
        Limit::Links => {
            format!(
                "This organization has made very many links lately; wait {wait_in_words}, or share one that there is."
            )
        }
        Limit::Network => format!("There were too many tries from your network; wait {wait_in_words} and try again."),
    };
    Refusal::new(ErrorReason::RateLimited, message).retry_after(wait)
}
