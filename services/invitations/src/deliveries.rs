//! What the relay does with the intents of this service.

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};

use crate::context::Context;
use crate::domain::State;
use crate::error::InvitationError;
use crate::store::{invitations, invite_links, joins};
use crate::use_cases::{
    ADMIT_WHEN_PROVEN, Admitted, FINISH_ACCEPTANCE, FINISH_JOIN, MAIL_INVITATION, SETTLE_OFFER, admit_by_claim,
    finish_acceptance, finish_join, send_invitation_mail, settle_offer,
};

/// A relay that sends mails, lets roles go that are offered no more, and finishes crossings that something interrupted.
pub fn relay(context: &Context) -> Relay {
    let (mailing, accepting, joining) = (context.clone(), context.clone(), context.clone());
    let (admitting, settling) = (context.clone(), context.clone());
    Relay::new(context.database.clone(), context.clock.clone(), context.entropy.clone())
        .on(MAIL_INVITATION, move |delivery| mail_invitation(mailing.clone(), delivery))
        .on(FINISH_ACCEPTANCE, move |delivery| resume_acceptance(accepting.clone(), delivery))
        .on(ADMIT_WHEN_PROVEN, move |delivery| admit(admitting.clone(), delivery))
        .on(FINISH_JOIN, move |delivery| resume_join(joining.clone(), delivery))
        .on(SETTLE_OFFER, move |delivery| settle(settling.clone(), delivery))
}

async fn mail_invitation(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    send_invitation_mail(&context, &delivery.key).await
}

async fn resume_acceptance(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let found = invitations::find_by_id(context.database.reader(), id_of(&delivery)?).await;
    let Some(invitation) = found.map_err(retry)? else { return Ok(()) };
    let State::Accepting { by } = invitation.state else { return Ok(()) };
    settled(finish_acceptance(&context, &invitation, by).await.map(|_| ()))
}

/// Looks again and again for a day; after that the invitation still waits among the user's own.
async fn admit(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    match admit_by_claim(&context, id_of(&delivery)?).await {
        Ok(Admitted::Joined | Admitted::Over) => Ok(()),
        Ok(Admitted::Waiting) => Err(DeliveryError::Retry("the address is not proven yet".to_owned())),
        Err(error) => Err(retry(error)),
    }
}

async fn resume_join(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let join = joins::find_by_id(context.database.reader(), id_of(&delivery)?).await.map_err(retry)?;
    let Some(join) = join.filter(|join| !join.is_joined) else { return Ok(()) };
    let link = invite_links::find_by_id(context.database.reader(), join.link_id).await.map_err(retry)?;
    let Some(link) = link else { return Ok(()) };
    settled(finish_join(&context, &link, &join).await.map(|_| ()))
}

async fn settle(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let offer = serde_json::from_value(delivery.payload).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    settle_offer(&context, &offer).await.map_err(retry)
}

/// A refusal is an outcome too: it has been recorded.
fn settled(outcome: Result<(), InvitationError>) -> Result<(), DeliveryError> {
    match outcome {
        Ok(()) | Err(InvitationError::Refused(_) | InvitationError::Upstream(_)) => Ok(()),
        Err(error @ (InvitationError::Unanswered(_) | InvitationError::Internal(_))) => Err(retry(error)),
    }
}

fn id_of<Id: std::str::FromStr>(delivery: &Delivery) -> Result<Id, DeliveryError> {
    delivery.key.parse().map_err(|_| DeliveryError::Abandon("the intent names nothing".to_owned()))
}

fn retry(error: impl Into<InvitationError>) -> DeliveryError {
    DeliveryError::Retry(error.into().to_string())
}
