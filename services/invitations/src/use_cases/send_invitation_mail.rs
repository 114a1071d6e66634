//! Sends the mail with the secret link, from the relay.

use service_kit::relay::DeliveryError;

use crate::context::Context;
use crate::domain::{Invitation, MailProblem, State};
use crate::error::InvitationError;
use crate::store::invitations;
use crate::store::mail_deliveries::MailName;
use crate::use_cases::mail_key;
use crate::use_cases::track_mail::{forget_mail, note_given_up, note_sent, note_try};

/// Nothing is sent for an invitation that was answered, withdrawn or sent again meanwhile; one that has expired in vain
/// is told as failed.
pub async fn send_invitation_mail(context: &Context, mail: MailName<'_>) -> Result<(), DeliveryError> {
    let found = invitations::find_by_id(context.database.reader(), mail.invitation).await.map_err(later)?;
    let now = context.clock.now();
    let is_due = |found: &Invitation| found.state == State::Pending && mail_key(found) == mail.key;
    let Some(invitation) = found.filter(is_due) else { return forget_mail(context, mail).await.map_err(later) };
    if invitation.expires <= now {
        return note_given_up(context, mail).await.map_err(later);
    }
    match hand_over(context, &invitation).await {
        Ok(()) => note_sent(context, mail).await.map_err(later),
        Err((problem, error)) => {
            note_try(context, mail, problem).await.map_err(later)?;
            Err(error)
        }
    }
}

/// Writes the mail and gives it to the mail server. What is wrong with a template its operator may mend.
async fn hand_over(context: &Context, invitation: &Invitation) -> Result<(), (MailProblem, DeliveryError)> {
    let inviter_name = context.identity.name_of(invitation.invited_by).await;
    let inviter_name = inviter_name.map_err(|error| (MailProblem::Internal, later(error)))?;
    let url = context.invitation_url(&context.invitation_token(invitation));
    let letter = context.letters.invitation(invitation, &inviter_name, &url);
    let letter = letter.map_err(|error| (MailProblem::Internal, DeliveryError::Retry(error.to_string())))?;
    context.mailer.send(&letter).await.map_err(|error| {
        let said = error.to_string();
        let outcome = if error.is_transient() { DeliveryError::Retry(said) } else { DeliveryError::Abandon(said) };
        (MailProblem::from(&error), outcome)
    })
}

fn later(error: impl Into<InvitationError>) -> DeliveryError {
    DeliveryError::Retry(error.into().to_string())
}
