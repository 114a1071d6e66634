//! What identity counts for its operators.

use service_kit::Metrics;
use service_kit::metrics::{Count, Family};
use service_kit::rates::RATE_LIMITED;

use crate::domain::throttle::Bucket;
use crate::error::IdentityError;

const SIGN_INS: Family = Family {
    name: "guildhall_signin",
    help: "Tries to open a session, by a password or by signing up, and what became of them",
};
const REFRESHES: Family =
    Family { name: "guildhall_token_refresh", help: "Tries to exchange a refresh token, and what became of them" };
const REUSES: Family = Family {
    name: "guildhall_refresh_reuse",
    help: "Sessions that were ended because a spent refresh token came again: one of two who showed it had stolen it",
};
/// Counts of one process. Cheap to clone.
#[derive(Clone)]
pub struct Numbers {
    passwords: [Count; Outcome::ALL.len()],
    sign_ups: [Count; Outcome::ALL.len()],
    refreshes: [Count; Refreshed::ALL.len()],
    pub reuses: Count,
    limited: [Count; Bucket::ALL.len()],
}

/// By what somebody would sign in.
#[derive(Clone, Copy)]
pub enum Method {
    Password,
    SignUp,
}

#[derive(Clone, Copy)]
enum Outcome {
    Ok,
    /// Whoever it is may not: a wrong password, most often.
    Refused,
    /// Too many tries.
    Throttled,
    /// No place in the queue before the hashes.
    Busy,
    /// A fault, or something that is away.
    Failed,
}

#[derive(Clone, Copy)]
enum Refreshed {
    Ok,
    Unknown,
    Expired,
    Revoked,
    /// For another cause, such as an organization that is not the caller's.
    Refused,
    Failed,
}

impl Numbers {
    pub fn of(metrics: &Metrics, service: &'static str) -> Self {
        let sign_ins = |method| {
            Outcome::ALL.map(|result| metrics.count(SIGN_INS, &[("method", method), ("result", result.word())]))
        };
        Self {
            passwords: sign_ins("password"),
            sign_ups: sign_ins("sign_up"),
            refreshes: Refreshed::ALL.map(|result| metrics.count(REFRESHES, &[("result", result.word())])),
            reuses: metrics.count(REUSES, &[]),
            limited: Bucket::ALL
                .map(|bucket| metrics.count(RATE_LIMITED, &[("service", service), ("bucket", bucket.word())])),
        }
    }

    pub fn sign_in<T>(&self, method: Method, outcome: &Result<T, IdentityError>) {
        let counts = match method {
            Method::Password => &self.passwords,
            Method::SignUp => &self.sign_ups,
        };
        counts[Outcome::of(outcome) as usize].up();
    }

    pub fn refresh<T>(&self, outcome: &Result<T, IdentityError>) {
        self.refreshes[Refreshed::of(outcome) as usize].up();
    }

    pub fn limited(&self, bucket: Bucket) {
        self.limited[bucket as usize].up();
    }
}

impl Outcome {
    /// In their order.
    const ALL: [Self; 5] = [Self::Ok, Self::Refused, Self::Throttled, Self::Busy, Self::Failed];

    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    const fn of<T>(outcome: &Result<T, IdentityError>) -> Self {
        match outcome {
            Ok(_) => Self::Ok,
            Err(IdentityError::TooOften(_) | IdentityError::TooManyFailures(_)) => Self::Throttled,
            Err(IdentityError::Busy) => Self::Busy,
            Err(IdentityError::Database(_) | IdentityError::Upstream(_) | IdentityError::Broken(_)) => Self::Failed,
            Err(_) => Self::Refused,
        }
    }
}

impl Refreshed {
    /// In their order.
    const ALL: [Self; 6] = [Self::Ok, Self::Unknown, Self::Expired, Self::Revoked, Self::Refused, Self::Failed];

    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    fn of<T>(outcome: &Result<T, IdentityError>) -> Self {
        match outcome {
            Err(IdentityError::TokenInvalid) => Self::Unknown,
            Err(IdentityError::TokenExpired) => Self::Expired,
            Err(IdentityError::TokenRevoked) => Self::Revoked,
            Err(error) if error.is_refusal_of_another() => Self::Refused,
            other => match Outcome::of(other) {
                Outcome::Ok => Self::Ok,
                Outcome::Failed => Self::Failed,
                Outcome::Refused | Outcome::Throttled | Outcome::Busy => Self::Refused,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_stands_at_its_place() {
        for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, place, "{}", outcome.word());
        }
        for (place, outcome) in Refreshed::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, place, "{}", outcome.word());
        }
        for (place, bucket) in Bucket::ALL.into_iter().enumerate() {
            assert_eq!(bucket as usize, place, "{}", bucket.word());
        }
    }
}
