//! A session: one sign-in on one device.

use std::time::Duration;

use service_kit::{Id, Timestamp};

use crate::domain::client::Client;
use crate::domain::user::{OrganizationId, UserId};

/// Tells ids of sessions from others.
pub struct OfSession;
/// The id of a session.
pub type SessionId = Id<OfSession>;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// The life of a session, counted from sign-in whatever happens in it.
const LIFETIME: Duration = Duration::from_secs(30 * DAY.as_secs());
/// The same for those who asked to be remembered.
const LIFETIME_REMEMBERED: Duration = Duration::from_secs(90 * DAY.as_secs());

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
    pub created: Timestamp,
    pub last_activity: Timestamp,
    pub expires: Timestamp,
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
}

impl Session {
    /// A new session.
    pub fn open(id: SessionId, opening: Opening, now: Timestamp) -> Self {
        let lifetime = if opening.is_remembered { LIFETIME_REMEMBERED } else { LIFETIME };
        Self {
            id,
            user_id: opening.user_id,
            app_code: opening.app_code,
            active_organization_id: opening.active_organization_id,
            client: opening.client,
            is_remembered: opening.is_remembered,
            created: now,
            last_activity: now,
            expires: now.plus(lifetime),
            ended: None,
        }
    }

    /// The session that goes on in this one's place when the owner's credentials change.
    pub fn renew(&self, id: SessionId, now: Timestamp) -> Self {
        Self { id, last_activity: now, ..self.clone() }
    }

    /// Whether its tokens may still be used and renewed.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Entropy;

    use super::*;

    fn session(is_remembered: bool) -> Session {
        let (entropy, now) = (Entropy::seeded(1), Timestamp::from_millis(0));
        let opening = Opening {
            user_id: UserId::generate(&entropy, now),
            app_code: "shop".to_owned(),
            active_organization_id: OrganizationId::generate(&entropy, now),
            client: Client::default(),
            is_remembered,
        };
        Session::open(SessionId::generate(&entropy, now), opening, now)
    }

    #[test]
    fn a_session_lives_thirty_days_and_ninety_when_remembered() {
        for (is_remembered, days) in [(false, 30), (true, 90)] {
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
