//! How far mails are.

use contracts::invitations::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, filled};
use super::instant::Instant;

/// How far the newest mail of an invitation is. It is tried for 24 hours; a refusal for good ends that at once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailDelivery {
    status: MailStatus,
    /// When a mail server took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<Instant>,
    /// When it was given up. The invitation can still be answered, and be sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_at: Option<Instant>,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<MailProblem>,
    /// What became of the last try while it waits for the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<MailProblem>,
    /// How many tries have failed.
    attempts: i32,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MailStatus {
    Queued,
    Sent,
    Failed,
}

/// `no_such_mailbox`: the mail server says that the address has none. `refused`: it does not take this mail.
/// `unreachable`: it could not be reached or used. `internal`: the fault is the product's own.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MailProblem {
    NoSuchMailbox,
    Refused,
    Unreachable,
    Internal,
}

impl TryFrom<proto::MailDelivery> for MailDelivery {
    type Error = Incomplete;

    fn try_from(mail: proto::MailDelivery) -> Result<Self, Incomplete> {
        let status = match mail.status() {
            proto::MailStatus::Queued => Some(MailStatus::Queued),
            proto::MailStatus::Sent => Some(MailStatus::Sent),
            proto::MailStatus::Failed => Some(MailStatus::Failed),
            proto::MailStatus::Unspecified => None,
        };
        Ok(Self {
            status: filled(status, "the mail's status")?,
            reason: problem(mail.reason()),
            last_error: problem(mail.last_error()),
            sent_at: mail.sent_at.map(Instant::from),
            failed_at: mail.failed_at.map(Instant::from),
            attempts: mail.attempts,
        })
    }
}

const fn problem(problem: proto::MailProblem) -> Option<MailProblem> {
    match problem {
        proto::MailProblem::Unspecified => None,
        proto::MailProblem::NoSuchMailbox => Some(MailProblem::NoSuchMailbox),
        proto::MailProblem::Refused => Some(MailProblem::Refused),
        proto::MailProblem::Unreachable => Some(MailProblem::Unreachable),
        proto::MailProblem::Internal => Some(MailProblem::Internal),
    }
}
