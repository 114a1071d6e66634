//! Mails a link to whoever asks with nothing but an address.

use mail::Address;
use serde_json::json;
use service_kit::outbox::{self, Message};

use super::request_link::request_link;
use super::throttle::{is_within, take_rate};
use crate::context::Context;
use crate::domain::client::Client;
use crate::domain::link::Link;
use crate::domain::throttle::Rate;
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::users;

/// The intent of looking whether a link is to be mailed to an address.
pub const ASKED_FOR_LINK: &str = "mail.asked";

/// Notes the ask and does nothing else, so that neither answer nor time tells whether the address has
/// an account. Asks that come while one waits are one.
pub async fn ask_for_link(
    context: &Context,
    link: Link,
    email: &Address,
    client: &Client,
) -> Result<(), IdentityError> {
    take_rate(context, &Rate::AsksFrom(client.ip())).await?;
    let email = email.canonical();
    // Without a word: whoever floods an address learns nothing of it.
    if is_within(context, &Rate::MailsTo(email)).await?.is_err() {
        return Ok(());
    }
    let now = context.clock.now();
    let message = Message {
        topic: ASKED_FOR_LINK,
        key: context.secrets.name_of_ask(link, email),
        payload: json!({ "link": link.purpose(), "email": email }),
        due: now,
    };
    let transaction = context.database.begin_write().await?;
    outbox::append(&transaction, message, now).await?;
    Ok(transaction.commit().await?)
}

/// Puts the mail on its way if the address has an account that the link is for.
pub async fn answer_ask(context: &Context, link: Link, email: &str) -> Result<(), IdentityError> {
    let user = users::find_by_email(context.database.reader(), email).await?;
    let Some(user) = user.filter(|user| is_for(link, user)) else { return Ok(()) };

    let transaction = context.database.begin_write().await?;
    request_link(context, &transaction, link, user.id, context.clock.now()).await?;
    Ok(transaction.commit().await?)
}

fn is_for(link: Link, user: &User) -> bool {
    match link {
        Link::VerifyEmail => user.is_active() && !user.email_verified,
        Link::ResetPassword => user.is_active(),
        // Nobody gets this one without a password.
        Link::ConfirmEmail => false,
    }
}
