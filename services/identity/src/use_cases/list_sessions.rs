//! Lists the caller's sessions.

use service_kit::pages::{Page, PageRequest};
use token_verification::Caller;
use uuid::Uuid;

use super::find_live_session::find_live_session;
use crate::context::Context;
use crate::domain::session::Session;
use crate::error::IdentityError;
use crate::store::sessions;

/// What page tokens of this caller's list are bound to.
pub fn scope(caller: &Caller) -> String {
    format!("sessions/{}", caller.user_id)
}

/// Living sessions, newest first.
pub async fn list_sessions(
    context: &Context,
    caller: &Caller,
    page: PageRequest<Uuid>,
) -> Result<Page<Session>, IdentityError> {
    let user_id = find_live_session(context, caller).await?.user.id;
    let (reader, now) = (context.database.reader(), context.clock.now());
    let found = sessions::list_living(reader, user_id, now, page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(&scope(caller), page.size, found, |session| session.id.uuid()))
}
