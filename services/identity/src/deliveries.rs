//! What the relay does with identity's intents.

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::user::{UserId, UserStatus};
use crate::error::IdentityError;
use crate::store::users;
use crate::use_cases::delete_account::{DEPART, finish_departure, is_sole_owner};
use crate::use_cases::provision_user::{PROVISION, provision_user};
use crate::use_cases::request_verification::MAIL_VERIFICATION;
use crate::use_cases::send_verification::send_verification;

/// A relay that finishes sign-ups and departures and sends mails.
pub fn relay(context: &Context) -> Relay {
    let (provisioning, departing, mailing) = (context.clone(), context.clone(), context.clone());
    Relay::new(context.database.clone(), context.clock.clone(), context.entropy.clone())
        .on(PROVISION, move |delivery| provision(provisioning.clone(), delivery))
        .on(DEPART, move |delivery| depart(departing.clone(), delivery))
        .on(MAIL_VERIFICATION, move |delivery| mail_verification(mailing.clone(), delivery))
}

async fn provision(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let user = users::find(context.database.reader(), user_of(&delivery)?).await.map_err(retry)?;
    match user {
        Some(user) if user.is_active() => provision_user(&context, &user).await.map_err(retry),
        _ => Ok(()),
    }
}

async fn depart(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let user_id = user_of(&delivery)?;
    let user = users::find(context.database.reader(), user_id).await.map_err(retry)?;
    if !user.is_some_and(|user| user.status == UserStatus::Departing) {
        return Ok(());
    }
    match finish_departure(&context, user_id).await {
        Err(error) if !is_sole_owner(&error) => Err(retry(error)),
        Err(_) => {
            tracing::info!(%user_id, "a departure was called off: an organization would lose its only owner");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

async fn mail_verification(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let mail_id = Uuid::try_parse(&delivery.key).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    send_verification(&context, mail_id, user_of(&delivery)?).await
}

fn user_of(delivery: &Delivery) -> Result<UserId, DeliveryError> {
    let id = delivery.payload.get("user_id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    id.ok_or_else(|| DeliveryError::Abandon("the intent names no user".to_owned()))
}

fn retry(error: impl Into<IdentityError>) -> DeliveryError {
    DeliveryError::Retry(error.into().to_string())
}
