//! Credits and subscriptions of any organization, for the operator's own programs.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{OrganizationPath, Page, PathOf, ServerKey, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::credit::{Balance, Posted, Transactions};
use crate::shapes::incomplete::shaped;
use crate::shapes::subscription::Subscription;

/// Credits to take or to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmountBody {
    /// In the smallest credit unit.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    amount: i64,
    /// Stands for this request; it belongs to one organization and one operation.
    #[schema(format = Uuid)]
    request_uuid: String,
    /// What for: at most 500 characters.
    note: Option<String>,
}

/// Takes credits. The same request gets the same answer. Scope: billing:charge.
#[utoipa::path(post, path = "/billing/orgs/{orgId}/charge", tag = "billing by key", params(OrganizationPath),
    security(("server_key" = [])), request_body = AmountBody,
    responses((status = 200, description = "The charge is in the ledger", body = Posted)))]
pub(crate) async fn charge(
    State(gateway): State<Gateway>,
    key: ServerKey,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(AmountBody { amount, request_uuid, note }): StrictJson<AmountBody>,
) -> Result<Json<Posted>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = key.call(proto::ChargeRequest { organization_id, amount, request_uuid, note });
    let answer = gateway.upstreams.server_billing().charge(request).await?.into_inner();
    Ok(Json(Posted::of(answer.new_balance, answer.transaction)?))
}

/// Adds credits. The same request gets the same answer. Scope: billing:deposit.
#[utoipa::path(post, path = "/billing/orgs/{orgId}/deposit", tag = "billing by key", params(OrganizationPath),
    security(("server_key" = [])), request_body = AmountBody,
    responses((status = 200, description = "The deposit is in the ledger", body = Posted)))]
pub(crate) async fn deposit(
    State(gateway): State<Gateway>,
    key: ServerKey,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(AmountBody { amount, request_uuid, note }): StrictJson<AmountBody>,
) -> Result<Json<Posted>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = key.call(proto::DepositRequest { organization_id, amount, request_uuid, note });
    let answer = gateway.upstreams.server_billing().deposit(request).await?.into_inner();
    Ok(Json(Posted::of(answer.new_balance, answer.transaction)?))
}

/// Reads the balance of any organization. Scope: billing:read.
#[utoipa::path(get, path = "/billing/orgs/{orgId}/balance", tag = "billing by key", params(OrganizationPath),
    security(("server_key" = [])), responses((status = 200, description = "The balance", body = Balance)))]
pub(crate) async fn get_any_balance(
    State(gateway): State<Gateway>,
    key: ServerKey,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<Json<Balance>, HttpError> {
    let request = key.call(proto::GetAnyBalanceRequest { organization_id: path.organization_id.into_text() });
    let answer = gateway.upstreams.server_billing().get_any_balance(request).await?;
    Ok(Json(answer.into_inner().into()))
}

/// Lists the ledger of any organization, newest first. Scope: billing:read.
#[utoipa::path(get, path = "/billing/orgs/{orgId}/transactions", tag = "billing by key",
    params(OrganizationPath, Page), security(("server_key" = [])),
    responses((status = 200, description = "A page of it", body = Transactions)))]
pub(crate) async fn list_any_transactions(
    State(gateway): State<Gateway>,
    key: ServerKey,
    PathOf(path): PathOf<OrganizationPath>,
    Page { page_size, page_token }: Page,
) -> Result<Json<Transactions>, HttpError> {
    let organization_id = path.organization_id.into_text();
    let request = key.call(proto::ListAnyTransactionsRequest { organization_id, page_size, page_token });
    let answer = gateway.upstreams.server_billing().list_any_transactions(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// Reads the subscription of any organization. Scope: billing:read.
#[utoipa::path(get, path = "/billing/orgs/{orgId}/subscription", tag = "billing by key", params(OrganizationPath),
    security(("server_key" = [])), responses((status = 200, description = "The subscription", body = Subscription)))]
pub(crate) async fn get_any_subscription(
    State(gateway): State<Gateway>,
    key: ServerKey,
    PathOf(path): PathOf<OrganizationPath>,
) -> Result<Json<Subscription>, HttpError> {
    let request = key.call(proto::GetAnySubscriptionRequest { organization_id: path.organization_id.into_text() });
    let answer = gateway.upstreams.server_billing().get_any_subscription(request).await?;
    Ok(Json(shaped(answer.into_inner().subscription, "the subscription")?))
}
