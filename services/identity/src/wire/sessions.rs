//! Sessions as their owner sees them.

use contracts::identity::v1 as proto;
use service_kit::pages::Page;
use token_verification::Caller;

use crate::domain::session::Session;

/// A page of the caller's sessions.
pub fn listed(page: Page<Session>, caller: &Caller) -> proto::ListSessionsResponse {
    let sessions = page.entries.into_iter().map(|session| shown(session, caller)).collect();
    proto::ListSessionsResponse { sessions, next_page_token: page.next_page_token }
}

fn shown(session: Session, caller: &Caller) -> proto::Session {
    proto::Session {
        is_current: session.id.uuid() == caller.session_id,
        id: session.id.to_string(),
        user_agent: session.client.user_agent,
        ip_address: session.client.ip_address,
        created_at: Some(session.created.into()),
        last_activity_at: Some(session.last_activity.into()),
    }
}
