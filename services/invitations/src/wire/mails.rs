//! How far mails are, as messages.

use contracts::invitations::v1 as proto;

use crate::domain::{MailDelivery, MailProblem, MailState};

pub fn mail_delivery(mail: MailDelivery) -> proto::MailDelivery {
    let problem = mail.problem.map_or(proto::MailProblem::Unspecified, problem).into();
    let (status, sent_at, failed_at, reason, last_error) = match mail.state {
        MailState::Queued => (proto::MailStatus::Queued, None, None, 0, problem),
        MailState::Sent { at } => (proto::MailStatus::Sent, Some(at.into()), None, 0, 0),
        MailState::Failed { at } => (proto::MailStatus::Failed, None, Some(at.into()), problem, 0),
    };
    proto::MailDelivery { status: status.into(), sent_at, failed_at, reason, last_error, attempts: mail.attempts }
}

const fn problem(problem: MailProblem) -> proto::MailProblem {
    match problem {
        MailProblem::NoSuchMailbox => proto::MailProblem::NoSuchMailbox,
        MailProblem::Refused => proto::MailProblem::Refused,
        MailProblem::Unreachable => proto::MailProblem::Unreachable,
        MailProblem::Internal => proto::MailProblem::Internal,
    }
}
