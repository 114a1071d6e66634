//! Changes the names by which a user goes.

use token_verification::Caller;

use super::lock_live_session::lock_active_session;
use super::record_profile::request_recording;
use crate::context::Context;
use crate::domain::user::{Names, User};
use crate::error::IdentityError;
use crate::store::users;

/// Each name: absent, it stays; `Some(None)`, it is removed.
pub struct UpdateMe {
    pub first: Option<Option<String>>,
    pub last: Option<Option<String>>,
    pub display: Option<Option<String>>,
}

/// Changes what is given; organizations hears of it.
pub async fn update_me(context: &Context, caller: &Caller, command: UpdateMe) -> Result<User, IdentityError> {
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    let (user, _) = lock_active_session(&transaction, caller, now).await?;
    let user_id = user.id;
    let names = Names {
        first: command.first.unwrap_or(user.names.first),
        last: command.last.unwrap_or(user.names.last),
        display: command.display.unwrap_or(user.names.display),
    };
    users::rename(&transaction, user_id, names, now).await?;
    let user = users::find(&transaction, user_id).await?.ok_or(IdentityError::TokenRevoked)?;
    request_recording(&transaction, user_id, user.profile_version, now, now).await?;
    transaction.commit().await?;
    Ok(user)
}
