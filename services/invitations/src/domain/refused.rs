//! Every way in which a rule of this service says no.

use crate::domain::Cause;

/// A rule says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no such offer, or the caller may not know of it")]
    NotFound,
    #[error("the offer is past its expiry")]
    Expired,
    #[error("the invitation was answered")]
    AlreadyUsed,
    #[error("the offer is void")]
    Revoked {
        /// Unknown for what was void before causes were kept.
        cause: Option<Cause>,
    },
    #[error("the link has no uses left")]
    Exhausted,
    #[error("the invitation is for another address")]
    EmailMismatch {
        /// The invited address, hardly readable.
        masked: String,
    },
    #[error("the caller's address is not proven")]
    EmailNotVerified,
    #[error("a personal organization is not shared")]
    PersonalOrganization,
    #[error("the address belongs to a member")]
    AlreadyAMember,
    #[error("one of many is no address")]
    NoAddress {
        /// What is wrong with it.
        problem: String,
    },
    #[error("the same request names the mailbox before")]
    NamedTwice,
    #[error("an earlier invitation of the address is being accepted")]
    BeingAccepted,
    #[error("making the offer took so long that it was called off")]
    TookTooLong,
    #[error("the caller's account is gone")]
    AccountGone,
    #[error("the caller's account is suspended")]
    AccountSuspended,
    #[error("a link never makes owners")]
    OwnersNotByLink,
}
