//! Sends a mail with a link that is on its way.

use service_kit::relay::DeliveryError;
use uuid::Uuid;

use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::user::{User, UserId};
use crate::error::retry;
use crate::store::{mailed_tokens, pending_emails, users};

/// Sends the mail unless its link has become useless meanwhile.
pub async fn send_link(context: &Context, link: Link, mail_id: Uuid, user_id: UserId) -> Result<(), DeliveryError> {
    let token = context.secrets.mailed_token(link, mail_id);
    let reader = context.database.reader();
    if mailed_tokens::find_owner(reader, link, &token, context.clock.now()).await.map_err(retry)? != Some(user_id) {
        return Ok(());
    }
    let user = users::find(reader, user_id).await.map_err(retry)?;
    let Some(user) = user.filter(User::is_active) else { return Ok(()) };
    let to = match link {
        Link::VerifyEmail if user.email_verified => return Ok(()),
        Link::VerifyEmail | Link::ResetPassword => user.email.clone(),
        Link::ConfirmEmail => match pending_emails::find(reader, user_id).await.map_err(retry)? {
            Some(pending) => pending.email,
            None => return Ok(()),
        },
    };
    context.mails.send_link(link, &to, &token, mail_id, &user).await
}
