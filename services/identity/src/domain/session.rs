//! A session: one sign-in on one device.

use service_kit::{Id, Timestamp};

use crate::domain::client::Client;
use crate::domain::lifetimes::SessionLifetimes;
use crate::domain::user::{OrganizationId, UserId};

/// Tells ids of sessions from others.
pub struct OfSession;
/// The id of a session.
pub type SessionId = Id<OfSession>;

/// A user's living sessions; one more ends the one that has been idle for longest.
pub const MOST_SESSIONS: u64 = 100;

/// A sign-in and what became of it.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// The app that it was opened for.
    pub app_code: String,
    /// The organization that its tokens act for.
    pub active_organization_id: OrganizationId,
    pub client: Client,
    /// Whether its owner asked for the longer life.
    pub is_remembered: bool,
    /// Whether a browser keeps its tokens in cookies, where no script sees them; fixed when it is opened.
    pub in_cookies: bool,
    pub created: Timestamp,
    pub last_activity: Timestamp,
    /// Its end, whatever happens in it.
    pub expires: Timestamp,
    /// Its end unless it is active before; never after `expires`.
    pub idle_expires: Timestamp,
    pub ended: Option<Timestamp>,
}

/// What a session is opened with.
#[derive(Clone, Debug)]
pub struct Opening {
    pub user_id: UserId,
    pub app_code: String,
    pub active_organization_id: OrganizationId,
    pub client: Client,
    pub is_remembered: bool,
    pub in_cookies: bool,
}

impl Session {
    /// A new session.
    pub fn open(id: SessionId, opening: Opening, lifetimes: &SessionLifetimes, now: Timestamp) -> Self {
        let lifetime = lifetimes.of(opening.is_remembered);
        let expires = lifetime.expires(now);
        Self {
            id,
            user_id: opening.user_id,
            app_code: opening.app_code,
            active_organization_id: opening.active_organization_id,
            client: opening.client,
            is_remembered: opening.is_remembered,
            in_cookies: opening.in_cookies,
            created: now,
            last_activity: now,
            expires,
            idle_expires: lifetime.idle_expires(now, expires),
            ended: None,
        }
    }

    /// The session that goes on in this one's place when the owner's credentials change.
    pub fn renew(&self, id: SessionId, lifetimes: &SessionLifetimes, now: Timestamp) -> Self {
        Self { id, last_activity: now, idle_expires: self.idle_expires_after(now, lifetimes), ..self.clone() }
    }

    /// Whether its tokens may still be used and renewed.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.ended.is_none() && !self.is_expired(now)
    }

    /// Whether its time is over, be it as a whole or for want of activity.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires.min(self.idle_expires)
    }

    /// Its end unless it is active again, given that it is active now.
    pub fn idle_expires_after(&self, now: Timestamp, lifetimes: &SessionLifetimes) -> Timestamp {
        lifetimes.of(self.is_remembered).idle_expires(now, self.expires)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use service_kit::Entropy;

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn session(is_remembered: bool) -> Session {
        let (entropy, now) = (Entropy::seeded(1), Timestamp::from_millis(0));
        let opening = Opening {
            user_id: UserId::generate(&entropy, now),
            app_code: "shop".to_owned(),
            active_organization_id: OrganizationId::generate(&entropy, now),
            client: Client::default(),
            is_remembered,
            in_cookies: false,
        };
        Session::open(SessionId::generate(&entropy, now), opening, &SessionLifetimes::default(), now)
    }

    #[test]
    fn a_session_that_stays_active_lives_thirty_days_and_ninety_when_remembered() {
        for (is_remembered, days) in [(false, 30), (true, 90)] {
            let mut session = session(is_remembered);
            let end = Timestamp::from_millis(0).plus(DAY * days);
            session.idle_expires = session.idle_expires_after(end.minus(DAY), &SessionLifetimes::default());
            assert!(session.is_alive(end.minus(Duration::from_millis(1))));
            assert!(!session.is_alive(end));
        }
    }

    #[test]
    fn a_session_left_idle_lives_fourteen_days_and_thirty_when_remembered() {
        for (is_remembered, days) in [(false, 14), (true, 30)] {
            let session = session(is_remembered);
            let end = Timestamp::from_millis(0).plus(DAY * days);
            assert!(session.is_alive(end.minus(Duration::from_millis(1))));
            assert!(!session.is_alive(end));
        }
    }

    #[test]
    fn an_ended_session_is_not_alive() {
        let ended = Session { ended: Some(Timestamp::from_millis(5)), ..session(false) };
        assert!(!ended.is_alive(Timestamp::from_millis(5)));
    }
}
