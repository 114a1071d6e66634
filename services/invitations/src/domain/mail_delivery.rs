//! How far the newest mail of an invitation is.

use mail::{Cause, SendError};
use service_kit::Timestamp;

/// The newest mail of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailDelivery {
    pub state: MailState,
    /// Tries that failed.
    pub attempts: i32,
    /// What became of the last of them.
    pub problem: Option<MailProblem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// It waits, for its first try or for the next one.
    Queued,
    /// A mail server has taken responsibility for it.
    Sent { at: Timestamp },
    /// Nothing is tried any more.
    Failed { at: Timestamp },
}

/// Why a mail did not leave, in words that tell neither what a server said nor where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailProblem {
    /// The mail server says that the address has no mailbox.
    NoSuchMailbox,
    /// The mail server does not take this mail.
    Refused,
    /// The mail server could not be reached or used.
    Unreachable,
    /// The fault is the product's own.
    Internal,
}

impl MailDelivery {
    /// A mail that nobody has tried to send yet.
    pub const QUEUED: Self = Self { state: MailState::Queued, attempts: 0, problem: None };
}

impl MailProblem {
    const ALL: [Self; 4] = [Self::NoSuchMailbox, Self::Refused, Self::Unreachable, Self::Internal];

    /// What it is called where it is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoSuchMailbox => "no_such_mailbox",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Internal => "internal",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.word() == word)
    }
}

impl From<&SendError> for MailProblem {
    fn from(error: &SendError) -> Self {
        match error.cause() {
            cause if cause.is_unknown_mailbox() => Self::NoSuchMailbox,
            Cause::Refused { .. } => Self::Refused,
            Cause::Unauthenticated { .. }
            | Cause::Unreachable
            | Cause::Unencrypted
            | Cause::TimedOut
            | Cause::Misunderstood
            | Cause::Interrupted => Self::Unreachable,
            Cause::Id | Cause::Unwritable | Cause::Unstored(_) => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_read_back_from_its_word() {
        for problem in MailProblem::ALL {
            assert_eq!(MailProblem::from_word(problem.word()), Some(problem));
        }
        assert_eq!(MailProblem::from_word("550 5.1.1"), None);
    }

    #[test]
    fn refusals_of_the_mail_are_told_from_a_server_that_cannot_be_used() {
        let refused = |reply: &str| SendError::Permanent(Cause::Refused { reply: reply.to_owned() });
        assert_eq!(MailProblem::from(&refused("550 5.1.1")), MailProblem::NoSuchMailbox);
        assert_eq!(MailProblem::from(&refused("550 5.7.1")), MailProblem::Refused);
        assert_eq!(MailProblem::from(&SendError::Transient(Cause::TimedOut)), MailProblem::Unreachable);
        assert_eq!(MailProblem::from(&SendError::Permanent(Cause::Id)), MailProblem::Internal);
    }
}
