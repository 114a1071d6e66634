//! Tells users all that identity keeps of them.

use token_verification::Caller;

use super::find_live_session::find_live_session;
use crate::context::Context;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::{pending_emails, sessions};

/// Most sessions that an export holds.
const MOST_SESSIONS: u64 = 1000;

/// What is kept, secrets left aside.
pub struct Export {
    pub user: User,
    pub pending_email: Option<String>,
    pub sessions: Vec<Session>,
}

/// Reads it.
pub async fn export_me(context: &Context, caller: &Caller) -> Result<Export, IdentityError> {
    let user = find_live_session(context, caller).await?.user;
    let reader = context.database.reader();
    let pending_email = pending_emails::find(reader, user.id).await?.map(|pending| pending.email);
    let sessions = sessions::list_newest(reader, user.id, MOST_SESSIONS).await?;
    Ok(Export { user, pending_email, sessions })
}
