//! How long sessions live.

use std::time::Duration;

use service_kit::Timestamp;

const DAY_SECONDS: u64 = 24 * 3600;
/// Browsers keep no cookie for longer.
const MOST_DAYS: u64 = 400;

/// The two ends of a session: whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    idle: Duration,
    absolute: Duration,
}

/// These days cannot be the life of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableLifetime {
    /// Nothing, or more than browsers keep.
    #[error("must be 1 to 400 days")]
    OutOfBounds,
    /// It would never end by being idle.
    #[error("must not be fewer days than the session may be idle")]
    IdleForLonger,
}

/// How long a session lives, and one whose owner asked to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// Without being remembered.
    pub plain: Lifetime,
    /// With it.
    pub remembered: Lifetime,
}

impl Lifetime {
    /// A life that ends after so many days without activity, and after so many in any case.
    pub fn days(idle: u64, absolute: u64) -> Result<Self, UnusableLifetime> {
        let is_usable = |days| (1..=MOST_DAYS).contains(&days);
        if !is_usable(idle) || !is_usable(absolute) {
            return Err(UnusableLifetime::OutOfBounds);
        }
        if idle > absolute {
            return Err(UnusableLifetime::IdleForLonger);
        }
        Ok(Self { idle: in_days(idle), absolute: in_days(absolute) })
    }

    /// The end of a session that is opened now, whatever happens in it.
    pub fn expires(&self, opened: Timestamp) -> Timestamp {
        opened.plus(self.absolute)
    }

    /// The end of a session that was active now and will not be again.
    pub fn idle_expires(&self, active: Timestamp, expires: Timestamp) -> Timestamp {
        active.plus(self.idle).min(expires)
    }
}

impl SessionLifetimes {
    /// The life of such a session.
    pub const fn of(&self, is_remembered: bool) -> &Lifetime {
        if is_remembered { &self.remembered } else { &self.plain }
    }
}

impl Default for SessionLifetimes {
    fn default() -> Self {
        let days = |idle, absolute| Lifetime { idle: in_days(idle), absolute: in_days(absolute) };
        Self { plain: days(14, 30), remembered: days(30, 90) }
    }
}

const fn in_days(days: u64) -> Duration {
    Duration::from_secs(days.saturating_mul(DAY_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_has_one_to_four_hundred_days_and_is_not_idle_for_longer() {
        assert!(Lifetime::days(1, 1).is_ok());
        assert!(Lifetime::days(400, 400).is_ok());
        for (idle, absolute) in [(0, 1), (1, 0), (1, 401), (401, 401), (u64::MAX, 1)] {
            assert_eq!(Lifetime::days(idle, absolute), Err(UnusableLifetime::OutOfBounds));
        }
        assert_eq!(Lifetime::days(3, 2), Err(UnusableLifetime::IdleForLonger));
    }

    #[test]
    fn being_active_never_lengthens_the_whole_life() {
        let (life, start) = (Lifetime::days(2, 3).unwrap(), Timestamp::from_millis(0));
        let expires = life.expires(start);
        assert_eq!(life.idle_expires(start, expires), start.plus(in_days(2)));
        assert_eq!(life.idle_expires(start.plus(in_days(2)), expires), expires);
    }
}
