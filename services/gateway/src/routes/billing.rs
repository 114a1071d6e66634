//! Plans, and what the caller's active organization has of them.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;
use http::HeaderName;
use http::header::CACHE_CONTROL;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{Page, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::credit::{Balance, Transactions};
use crate::shapes::incomplete::shaped;
use crate::shapes::plan::Plans;
use crate::shapes::subscription::Subscription;

/// Where a plan is taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckoutUrl {
    /// Good for about an hour.
    checkout_url: String,
}

/// Where a subscription is looked after.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalUrl {
    /// Good for a quarter of an hour or so.
    url: String,
}

/// Lists the plans on offer.
#[utoipa::path(get, path = "/billing/plans", tag = "billing", security(()), params(Page),
    responses((status = 200, description = "A page of them", body = Plans)))]
pub(crate) async fn list_plans(
    State(gateway): State<Gateway>,
    Page { page_size, page_token }: Page,
) -> Result<([(HeaderName, &'static str); 1], Json<Plans>), HttpError> {
    let answer = gateway.upstreams.plans().list_plans(proto::ListPlansRequest { page_size, page_token }).await?;
    Ok(([(CACHE_CONTROL, "public, max-age=60")], Json(answer.into_inner().try_into()?)))
}

/// Reads the active organization's subscription. Permission: org:billing:read.
#[utoipa::path(get, path = "/billing/subscription", tag = "billing",
    responses((status = 200, description = "The subscription", body = Subscription)))]
pub(crate) async fn get_subscription(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
) -> Result<Json<Subscription>, HttpError> {
    let organization_id = signed_in.active_organization()?;
    let request = signed_in.call(proto::GetSubscriptionRequest { organization_id });
    let answer = gateway.upstreams.subscriptions().get_subscription(request).await?;
    Ok(Json(shaped(answer.into_inner().subscription, "the subscription")?))
}

/// The plan to take, and where to go afterwards.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartCheckoutBody {
    /// Code of a plan that is taken by checkout.
    plan_code: String,
    /// Where the buyer goes afterwards, on an allowed origin.
    success_url: String,
    /// Where somebody goes who does not buy, on an allowed origin.
    cancel_url: String,
}

/// Begins to take a plan for the active organization. Permission: org:billing:manage.
#[utoipa::path(post, path = "/billing/checkout", tag = "billing", request_body = StartCheckoutBody,
    responses((status = 200, description = "Where the buyer goes", body = CheckoutUrl)))]
pub(crate) async fn start_checkout(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(StartCheckoutBody { plan_code, success_url, cancel_url }): StrictJson<StartCheckoutBody>,
) -> Result<Json<CheckoutUrl>, HttpError> {
    let organization_id = signed_in.active_organization()?;
    let request = signed_in.call(proto::StartCheckoutRequest { organization_id, plan_code, success_url, cancel_url });
    let proto::StartCheckoutResponse { checkout_url } =
        gateway.upstreams.checkouts().start_checkout(request).await?.into_inner();
    Ok(Json(CheckoutUrl { checkout_url }))
}

/// Where to go after looking after the subscription.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenPortalBody {
    /// On an allowed origin.
    return_url: String,
}

/// Opens the place where the active organization's subscription is looked after. Permission: org:billing:manage.
#[utoipa::path(post, path = "/billing/portal", tag = "billing", request_body = OpenPortalBody,
    responses((status = 200, description = "Where to go", body = PortalUrl)))]
pub(crate) async fn open_portal(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(OpenPortalBody { return_url }): StrictJson<OpenPortalBody>,
) -> Result<Json<PortalUrl>, HttpError> {
    let organization_id = signed_in.active_organization()?;
    let request = signed_in.call(proto::OpenPortalRequest { organization_id, return_url });
    let proto::OpenPortalResponse { url } = gateway.upstreams.checkouts().open_portal(request).await?.into_inner();
    Ok(Json(PortalUrl { url }))
}

/// Reads the active organization's balance. Permission: org:billing:read.
#[utoipa::path(get, path = "/billing/balance", tag = "billing",
    responses((status = 200, description = "The balance", body = Balance)))]
pub(crate) async fn get_balance(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
) -> Result<Json<Balance>, HttpError> {
    let organization_id = signed_in.active_organization()?;
    let answer =
        gateway.upstreams.credits().get_balance(signed_in.call(proto::GetBalanceRequest { organization_id })).await?;
    Ok(Json(answer.into_inner().into()))
}

/// Lists the active organization's ledger, newest first. Permission: org:billing:read.
#[utoipa::path(get, path = "/billing/transactions", tag = "billing", params(Page),
    responses((status = 200, description = "A page of it", body = Transactions)))]
pub(crate) async fn list_transactions(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<Transactions>, HttpError> {
    let organization_id = signed_in.active_organization()?;
    let request = signed_in.call(proto::ListTransactionsRequest { organization_id, page_size, page_token });
    let answer = gateway.upstreams.credits().list_transactions(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}
