//! Tells users all that identity keeps of them.

use service_kit::audit::{self, Actor, Entry, Filter};
use token_verification::Caller;

use super::find_live_session::find_live_session;
use crate::context::Context;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::{pending_emails, sessions};

/// Most entries of each kind.
const MOST: u64 = 1000;

/// What is kept, secrets left aside.
pub struct Export {
    pub user: User,
    pub pending_email: Option<String>,
    pub sessions: Vec<Session>,
    /// What the user did in the back office.
    pub actions: Vec<Entry>,
}

/// Reads it.
pub async fn export_me(context: &Context, caller: &Caller) -> Result<Export, IdentityError> {
    let user = find_live_session(context, caller).await?.user;
    let reader = context.database.reader();
    let pending_email = pending_emails::find(reader, user.id).await?.map(|pending| pending.email);
    let sessions = sessions::list_newest(reader, user.id, MOST).await?;
    let by_user = Filter { actor: Some(Actor::User(user.id.uuid())), ..Filter::default() };
    let actions = audit::list(reader, &by_user, None, MOST).await?;
    Ok(Export { user, pending_email, sessions, actions })
}
