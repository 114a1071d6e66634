//! Ends the session of a refresh token.

use service_kit::SecretToken;

use super::end_session::end_session;
use crate::context::Context;
use crate::domain::refresh_token::REFRESH;
use crate::error::IdentityError;
use crate::store::refresh_tokens;

/// Ends the session, also by a token that was used up or has expired. Answers the position at which
/// the session's tokens end, 0 when there is none to end.
pub async fn log_out(context: &Context, token: &SecretToken) -> Result<i64, IdentityError> {
    let Some(stored) = refresh_tokens::find(context.database.reader(), token.hash(REFRESH)).await? else {
        return Ok(0);
    };
    let transaction = context.database.begin_write().await?;
    end_session(transaction, stored.session_id, context.clock.now()).await
}
