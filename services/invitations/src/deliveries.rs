//! What the relay does with the intents of this service.

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};

use crate::context::Context;
use crate::domain::{Caller, State, Trail, UserId};
use crate::error::InvitationError;
use crate::store::{invitations, invite_links, joins};
use crate::use_cases::{
    ADMIT_WHEN_PROVEN, Admitted, FINISH_ACCEPTANCE, FINISH_JOIN, MAIL_INVITATION, SETTLE_OFFER, admit_by_claim,
    finish_acceptance, finish_join, named_mail, note_given_up, send_invitation_mail, settle_offer,
};

/// A relay that sends mails, lets roles go that are offered no more, and finishes crossings that something interrupted.
pub fn relay(context: &Context) -> Relay {
    let (mailing, giving_up, accepting) = (context.clone(), context.clone(), context.clone());
    let (joining, admitting, settling) = (context.clone(), context.clone(), context.clone());
    Relay::new(context.database.clone(), context.clock.clone(), context.entropy.clone())
        .on_until_given_up(
            MAIL_INVITATION,
            move |delivery| mail_invitation(mailing.clone(), delivery),
            move |delivery| give_mail_up(giving_up.clone(), delivery),
        )
        .on(FINISH_ACCEPTANCE, move |delivery| resume_acceptance(accepting.clone(), delivery))
        .on_for_a_day(ADMIT_WHEN_PROVEN, move |delivery| admit(admitting.clone(), delivery))
        .on(FINISH_JOIN, move |delivery| resume_join(joining.clone(), delivery))
        .on(SETTLE_OFFER, move |delivery| settle(settling.clone(), delivery))
}

async fn mail_invitation(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    send_invitation_mail(&context, named_mail(&delivery.key)?).await
}

async fn give_mail_up(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    match named_mail(&delivery.key) {
        Ok(mail) => note_given_up(&context, mail).await.map_err(retry),
        // There is nothing to tell of it.
        Err(_) => Ok(()),
    }
}

async fn resume_acceptance(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let nothing = || DeliveryError::Abandon("the intent names nothing".to_owned());
    // Without a join it was written before claims were told apart.
    let (id, join) = delivery.key.split_once(':').unwrap_or((&delivery.key, &delivery.key));
    let id = id.parse().map_err(|_| nothing())?;
    let found = invitations::find_by_id(context.database.reader(), id).await;
    let Some(invitation) = found.map_err(retry)? else { return Ok(()) };
    let State::Accepting(claim) = invitation.state else { return Ok(()) };
    if claim.join != join.parse().map_err(|_| nothing())? {
        return Ok(());
    }
    let trail = trail_of(&delivery, claim.by);
    settled(finish_acceptance(&context, &invitation, claim, &trail).await.map(|_| ()))
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
    let trail = trail_of(&delivery, join.user_id);
    settled(finish_join(&context, &link, &join, &trail).await.map(|_| ()))
}

async fn settle(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let offer = serde_json::from_value(delivery.payload).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    settle_offer(&context, &offer).await.map_err(retry)
}

/// What is told of the user whose crossing it is, as the call that began it left it.
fn trail_of(delivery: &Delivery, user: UserId) -> Trail {
    let left = delivery.payload.get("trail").cloned();
    let left = left.and_then(|trail| serde_json::from_value(trail).ok());
    left.unwrap_or_else(|| Trail::of(&Caller::absent(user)))
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
