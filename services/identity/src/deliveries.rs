//! What the relay does with identity's intents.

use std::pin::Pin;

use service_kit::outbox::Delivery;
use service_kit::relay::{DeliveryError, Relay};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::notice::Notice;
use crate::domain::trail::Trail;
use crate::domain::user::{UserId, UserStatus};
use crate::error::retry;
use crate::store::users;
use crate::use_cases::ask_for_link::{ASKED_FOR_LINK, answer_ask};
use crate::use_cases::delete_account::finish_departure;
use crate::use_cases::departure::DEPART;
use crate::use_cases::evict_user::{EVICT, finish_eviction};
use crate::use_cases::provision_user::{PROVISION, provision_user};
use crate::use_cases::record_profile::{RECORD_PROFILE, record_profile};
use crate::use_cases::request_link::MAIL_LINK;
use crate::use_cases::send_link::send_link;
use crate::use_cases::suspend_user::{SUSPEND, finish_suspension};
use crate::use_cases::tell_owner::MAIL_NOTICE;

/// A relay that finishes sign-ups, departures, evictions and suspensions, lets organizations hear of accounts, and
/// sends mails.
pub fn relay(context: &Context) -> Relay {
    let relay = Relay::new(context.database.clone(), context.clock.clone(), context.entropy.clone());
    let with = |deliver: fn(Context, Delivery) -> Delivering| {
        let context = context.clone();
        move |delivery| deliver(context.clone(), delivery)
    };
    relay
        .on(PROVISION, with(|context, delivery| Box::pin(provision(context, delivery))))
        .on(DEPART, with(|context, delivery| Box::pin(depart(context, delivery))))
        .on(EVICT, with(|context, delivery| Box::pin(evict(context, delivery))))
        .on(SUSPEND, with(|context, delivery| Box::pin(suspend(context, delivery))))
        .on(RECORD_PROFILE, with(|context, delivery| Box::pin(record(context, delivery))))
        // Before the links, which an answered ask puts on their way.
        .on_for_a_day(ASKED_FOR_LINK, with(|context, delivery| Box::pin(answer(context, delivery))))
        .on_for_a_day(MAIL_LINK, with(|context, delivery| Box::pin(mail_link(context, delivery))))
        .on_for_a_day(MAIL_NOTICE, with(|context, delivery| Box::pin(mail_notice(context, delivery))))
}

type Delivering = Pin<Box<dyn Future<Output = Result<(), DeliveryError>> + Send>>;

async fn provision(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let user = users::find(context.database.reader(), user_of(&delivery)?).await.map_err(retry)?;
    match user {
        Some(user) if user.is_active() => provision_user(&context, &user).await.map_err(retry),
        _ => Ok(()),
    }
}

async fn depart(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let user_id = user_of(&delivery)?;
    let by = delivery.payload.get("trail").cloned().unwrap_or_default();
    let by: Option<Trail> = serde_json::from_value(by).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    let user = users::find(context.database.reader(), user_id).await.map_err(retry)?;
    if !user.is_some_and(|user| user.status == UserStatus::Departing) {
        return Ok(());
    }
    match finish_departure(&context, user_id, by).await {
        Err(error) if !error.is_sole_owner() => Err(retry(error)),
        Err(_) => {
            tracing::info!(%user_id, "a departure was called off: an organization would lose its only owner");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

async fn evict(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    finish_eviction(&context, user_of(&delivery)?).await.map_err(retry)
}

async fn suspend(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let user_id = user_of(&delivery)?;
    let trail = delivery.payload.get("trail").cloned().unwrap_or_default();
    let trail: Trail = serde_json::from_value(trail).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    let user = users::find(context.database.reader(), user_id).await.map_err(retry)?;
    if !user.is_some_and(|user| user.status == UserStatus::Suspending) {
        return Ok(());
    }
    match finish_suspension(&context, user_id, trail).await {
        Err(error) if !error.is_sole_owner() => Err(retry(error)),
        Err(_) => {
            tracing::info!(%user_id, "a suspension was called off: an organization would lose its only active owner");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

async fn record(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    record_profile(&context, user_of(&delivery)?).await.map_err(retry)
}

async fn answer(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    answer_ask(&context, link_of(&delivery)?, text_of(&delivery, "email")?).await.map_err(retry)
}

async fn mail_link(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let mail_id = Uuid::try_parse(&delivery.key).map_err(|error| DeliveryError::Abandon(error.to_string()))?;
    send_link(&context, link_of(&delivery)?, mail_id, user_of(&delivery)?).await
}

async fn mail_notice(context: Context, delivery: Delivery) -> Result<(), DeliveryError> {
    let notice = delivery.payload.get("notice").cloned().unwrap_or_default();
    let notice: Notice =
        serde_json::from_value(notice).map_err(|_| DeliveryError::Abandon("the notice is unknown".to_owned()))?;
    let (to, at) = (text_of(&delivery, "to")?, text_of(&delivery, "at")?);
    context.mails.send_notice(&notice, to, at, &delivery.key).await
}

fn link_of(delivery: &Delivery) -> Result<Link, DeliveryError> {
    let link = Link::of_purpose(text_of(delivery, "link")?);
    link.ok_or_else(|| DeliveryError::Abandon("the link is of an unknown kind".to_owned()))
}

fn text_of<'a>(delivery: &'a Delivery, name: &str) -> Result<&'a str, DeliveryError> {
    let text = delivery.payload.get(name).and_then(|text| text.as_str());
    text.ok_or_else(|| DeliveryError::Abandon(format!("the intent lacks {name}")))
}

fn user_of(delivery: &Delivery) -> Result<UserId, DeliveryError> {
    let id = delivery.payload.get("user_id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
    id.ok_or_else(|| DeliveryError::Abandon("the intent names no user".to_owned()))
}
