//! Where somebody is signed in.

use contracts::identity::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::Incomplete;
use super::instant::Instant;

/// A sign-in on one device.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionEntry {
    #[schema(format = Uuid)]
    id: String,
    /// As the device said of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// From where it signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    created_at: Instant,
    /// When its tokens were last renewed.
    last_activity_at: Instant,
    /// True for the session that asks.
    is_current: bool,
}

impl TryFrom<proto::Session> for SessionEntry {
    type Error = Incomplete;

    fn try_from(session: proto::Session) -> Result<Self, Incomplete> {
        Ok(Self {
            id: session.id,
            user_agent: session.user_agent,
            ip_address: session.ip_address,
            created_at: Instant::of(session.created_at, "the session's created_at")?,
            last_activity_at: Instant::of(session.last_activity_at, "the session's last_activity_at")?,
            is_current: session.is_current,
        })
    }
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    sessions: Vec<SessionEntry>,
    /// For the next page; empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListSessionsResponse> for SessionList {
    type Error = Incomplete;

    fn try_from(answer: proto::ListSessionsResponse) -> Result<Self, Incomplete> {
        let sessions = answer.sessions.into_iter().map(SessionEntry::try_from).collect::<Result<_, _>>()?;
        Ok(Self { sessions, next_page_token: answer.next_page_token })
    }
}
