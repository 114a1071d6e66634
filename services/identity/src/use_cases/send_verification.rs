//! Sends a verification mail that is on its way.

use service_kit::relay::DeliveryError;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::user::UserId;
use crate::error::IdentityError;
use crate::store::mailed_tokens::{self, VERIFY_EMAIL};
use crate::store::users;

/// Sends the mail unless its link has become useless meanwhile.
pub async fn send_verification(context: &Context, mail_id: Uuid, user_id: UserId) -> Result<(), DeliveryError> {
    let token = context.secrets.verification_token(mail_id);
    let reader = context.database.reader();
    let user = users::find(reader, user_id).await.map_err(retry)?;
    let Some(user) = user.filter(|user| user.is_active() && !user.email_verified) else { return Ok(()) };
    let now = context.clock.now();
    if !mailed_tokens::is_usable(reader, VERIFY_EMAIL, &token, now).await.map_err(retry)? {
        return Ok(());
    }
    context.mails.send_verification(&user.email, &token, mail_id).await
}

fn retry(error: impl Into<IdentityError>) -> DeliveryError {
    DeliveryError::Retry(error.into().to_string())
}
