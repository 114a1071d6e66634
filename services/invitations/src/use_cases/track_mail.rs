//! Keeps the state of mails, as the relay goes on with them.

use service_kit::outbox;

use crate::context::Context;
use crate::domain::MailProblem;
use crate::error::InvitationError;
use crate::store::mail_deliveries::{self, MailName};
use crate::use_cases::MAIL_INVITATION;

/// A mail server has taken it: recorded together with the end of the intent.
pub async fn note_sent(context: &Context, mail: MailName<'_>) -> Result<(), InvitationError> {
    let transaction = context.database.begin_write().await?;
    mail_deliveries::record_sent(&transaction, mail, context.clock.now()).await?;
    outbox::complete(&transaction, MAIL_INVITATION, mail.key).await?;
    Ok(transaction.commit().await?)
}

/// A try has failed.
pub async fn note_try(context: &Context, mail: MailName<'_>, problem: MailProblem) -> Result<(), InvitationError> {
    let transaction = context.database.begin_write().await?;
    mail_deliveries::record_try(&transaction, mail, problem).await?;
    Ok(transaction.commit().await?)
}

/// There is no further try.
pub async fn note_given_up(context: &Context, mail: MailName<'_>) -> Result<(), InvitationError> {
    let transaction = context.database.begin_write().await?;
    mail_deliveries::record_failed(&transaction, mail, context.clock.now()).await?;
    Ok(transaction.commit().await?)
}

/// Nobody needs it any more.
pub async fn forget_mail(context: &Context, mail: MailName<'_>) -> Result<(), InvitationError> {
    let transaction = context.database.begin_write().await?;
    mail_deliveries::remove_queued(&transaction, mail).await?;
    Ok(transaction.commit().await?)
}
