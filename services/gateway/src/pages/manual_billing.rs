//! The pages of the built-in billing provider, in development only: taking a plan, and looking after it, without any
//! payment. Whoever holds the secret in the address may use them, as mailed links are used.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use contracts::billing::v1 as proto;
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};
use service_kit::{ErrorReason, Timestamp};

use super::ACTIONS;
use super::form::Form;
use super::mailed_links::{MailedLink, token_in};
use super::page::{Page, see};
use super::snag::Snag;
use super::visit::Visit;
use crate::http_error::HttpError;
use crate::shapes::incomplete::filled;
use crate::shapes::subscription::Subscription;

/// Currencies whose smallest unit is the whole one.
const WITHOUT_CENTS: [&str; 16] =
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];

/// What is to be done at the portal, by the form that was sent.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Cancel,
    Reactivate,
}

impl<S: Sync> FromRequestParts<S> for Act {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Self>().copied().ok_or(StatusCode::NOT_FOUND)
    }
}

/// Shows what a checkout is for, or that it is done.
pub(super) async fn checkout(visit: Visit, link: MailedLink) -> Result<Page, Snag> {
    let token = link.token()?;
    let request = visit.public(proto::PreviewCheckoutRequest { token: token.clone() });
    let asking = visit.gateway.upstreams.manual_provider().preview_checkout(request).await;
    let preview = asking.map_err(HttpError::from)?.into_inner();
    let plan = filled(preview.plan, "the plan").map_err(HttpError::from)?;
    let title =
        if preview.is_confirmed { format!("You have taken {}", plan.name) } else { format!("Take {}", plan.name) };
    let content = json!({
        "title": title,
        "is_confirmed": preview.is_confirmed,
        "plan": of_plan(&plan),
        "trial_days": preview.trial_days,
        "action": format!("{ACTIONS}/dev/checkout"),
        "token": token,
        "success": destination(&preview.success_url),
        "cancel": destination(&preview.cancel_url),
    });
    Ok(Page::new("checkout.html", content))
}

/// Takes the plan, and leads back to the page, which says so.
pub(super) async fn confirm(visit: Visit, form: Form) -> Result<Response, Snag> {
    let token = token_in(&form)?;
    let request = visit.public(proto::ConfirmCheckoutRequest { token: token.clone() });
    match visit.gateway.upstreams.manual_provider().confirm_checkout(request).await.map_err(HttpError::from) {
        Ok(_) => Ok(see(&format!("/dev/checkout?token={token}")).into_response()),
        Err(error) => told(error),
    }
}

/// Shows what the organization has.
pub(super) async fn portal(visit: Visit, link: MailedLink) -> Result<Page, Snag> {
    let token = link.token()?;
    let request = visit.public(proto::PreviewPortalRequest { token: token.clone() });
    let asking = visit.gateway.upstreams.manual_provider().preview_portal(request).await;
    let preview = asking.map_err(HttpError::from)?.into_inner();
    let subscription = filled(preview.subscription, "the subscription").map_err(HttpError::from)?;
    let is_running = subscription.status() != proto::SubscriptionStatus::None
        && subscription.status() != proto::SubscriptionStatus::Canceled;
    let until = subscription.current_period_end.map(|end| Timestamp::from(end).to_rfc3339());
    let shape = Subscription::try_from(subscription.clone()).map_err(HttpError::from)?;
    let content = json!({
        "title": "Your subscription",
        "plan_name": subscription.plan_name,
        "status": shape.status_word(),
        "until": until,
        "is_running": is_running,
        "ends_with_period": subscription.cancel_at_period_end,
        "can_wait": subscription.current_period_end.is_some(),
        "actions": format!("{ACTIONS}/dev/billing"),
        "token": token,
        "back": destination(&preview.return_url),
    });
    Ok(Page::new("portal.html", content))
}

/// Cancels the subscription, or takes it up again, and leads back to the page.
pub(super) async fn act(visit: Visit, act: Act, form: Form) -> Result<Response, Snag> {
    let token = token_in(&form)?;
    let action = match act {
        Act::Cancel => proto::PortalAction::CancelAtPeriodEnd,
        Act::Reactivate => proto::PortalAction::Reactivate,
    };
    let request = visit.public(proto::ChangeAtPortalRequest { token: token.clone(), action: action.into() });
    match visit.gateway.upstreams.manual_provider().change_at_portal(request).await.map_err(HttpError::from) {
        Ok(_) => Ok(see(&format!("/dev/billing?token={token}")).into_response()),
        Err(error) => told(error),
    }
}

/// Billing says why something cannot be done in a sentence for the person who asked.
fn told(error: HttpError) -> Result<Response, Snag> {
    if error.reason() != ErrorReason::Conflict {
        return Err(error.into());
    }
    let content = json!({ "title": "This does not work", "text": error.message(), "next": "", "has_sign_in": false });
    Ok(Page { status: error.status(), ..Page::new("done.html", content) }.into_response())
}

fn of_plan(plan: &proto::Plan) -> Value {
    let features = plan.features.iter().map(|feature| match feature.numeric_value {
        Some(value) => format!("{value} {}", feature.unit_label.as_deref().unwrap_or(&feature.name)),
        None => feature.name.clone(),
    });
    json!({
        "name": plan.name,
        "description": plan.description,
        "price": price(plan.price_cents, &plan.currency),
        "every": every(plan),
        "features": features.collect::<Vec<_>>(),
        "credits": plan.credits_amount,
    })
}

fn price(amount: i64, currency: &str) -> String {
    let code = currency.to_uppercase();
    if WITHOUT_CENTS.contains(&currency) {
        return format!("{amount} {code}");
    }
    format!("{}.{:02} {code}", amount / 100, amount % 100)
}

fn every(plan: &proto::Plan) -> Option<String> {
    let unit = match plan.interval() {
        proto::PlanInterval::Monthly => "month",
        proto::PlanInterval::Yearly => "year",
        proto::PlanInterval::Custom | proto::PlanInterval::Unspecified => return None,
    };
    Some(if plan.interval_count == 1 {
        format!("every {unit}")
    } else {
        format!("every {} {unit}s", plan.interval_count)
    })
}

/// Where a link leads, and what people know the place as. Billing has checked that it is allowed.
fn destination(url: &str) -> Value {
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    json!({ "url": url, "host": host.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_written_as_people_read_them() {
        assert_eq!(price(4905, "usd"), "49.05 USD");
        assert_eq!(price(0, "eur"), "0.00 EUR");
        assert_eq!(price(4900, "jpy"), "4900 JPY");
    }
}
