//! The back office: the plans on offer, and organizations' subscriptions to them.

use axum::Json;
use axum::extract::State;
use contracts::billing::v1 as proto;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::Position;
use crate::extract::{OrganizationPath, Page, PathOf, SignedIn, StrictJson};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::shapes::incomplete::shaped;
use crate::shapes::plan::{Plan, Plans};
use crate::shapes::subscription::Subscription;

/// Lists the plans on offer, by display order. For the back office.
#[utoipa::path(get, path = "/admin/plans", tag = "back office", params(Page),
    responses((status = 200, description = "A page of them", body = Plans)))]
pub(crate) async fn list_offered_plans(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    Page { page_size, page_token }: Page,
) -> Result<Json<Plans>, HttpError> {
    let request = signed_in.call(proto::ListOfferedPlansRequest { page_size, page_token });
    let answer = gateway.upstreams.plan_administration().list_offered_plans(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// The whole offer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplacePlansBody {
    /// At most 100, each code once. Plans that are left out are offered no more.
    plans: Vec<Plan>,
}

/// Makes the given plans the whole offer. Subscribers keep the terms that they took. Repeating it changes nothing. For the
/// back office.
#[utoipa::path(put, path = "/admin/plans", tag = "back office", request_body = ReplacePlansBody,
    responses((status = 200, description = "The plans on offer", body = Plans)))]
pub(crate) async fn replace_plans(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    StrictJson(ReplacePlansBody { plans }): StrictJson<ReplacePlansBody>,
) -> Result<Json<Plans>, HttpError> {
    let request = signed_in.call(proto::ReplacePlansRequest { plans: plans.into_iter().map(Into::into).collect() });
    let answer = gateway.upstreams.plan_administration().replace_plans(request).await?;
    Ok(Json(answer.into_inner().try_into()?))
}

/// What can be done to a subscription.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubscriptionAction {
    /// A new subscription to a plan, without payment, in place of what the organization has.
    Grant,
    /// Another plan for the running subscription.
    Change,
    /// The end of the running subscription.
    Cancel,
    /// On after the running period after all.
    Reactivate,
    /// A payment is late. For what is paid without a payment provider.
    MarkPastDue,
    /// The payment has come. For what is paid without a payment provider.
    MarkPaid,
}

impl From<SubscriptionAction> for proto::SubscriptionAction {
    fn from(action: SubscriptionAction) -> Self {
        match action {
            SubscriptionAction::Grant => Self::Grant,
            SubscriptionAction::Change => Self::Change,
            SubscriptionAction::Cancel => Self::Cancel,
            SubscriptionAction::Reactivate => Self::Reactivate,
            SubscriptionAction::MarkPastDue => Self::MarkPastDue,
            SubscriptionAction::MarkPaid => Self::MarkPaid,
        }
    }
}

/// One thing to do to a subscription.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSubscriptionBody {
    action: SubscriptionAction,
    /// Code of a plan on offer: for grant and change.
    plan_code: Option<String>,
    /// For change and cancel. Absent, a change to a plan that is worth less waits for the end of the period; anything else
    /// is done now.
    at_period_end: Option<bool>,
}

/// Does one thing to an organization's subscription. For the back office.
#[utoipa::path(post, path = "/admin/organizations/{orgId}/subscription", tag = "back office", params(OrganizationPath),
    request_body = ChangeSubscriptionBody,
    responses((status = 200, description = "The subscription after it", body = Subscription)))]
pub(crate) async fn change_subscription(
    State(gateway): State<Gateway>,
    signed_in: SignedIn,
    PathOf(path): PathOf<OrganizationPath>,
    StrictJson(ChangeSubscriptionBody { action, plan_code, at_period_end }): StrictJson<ChangeSubscriptionBody>,
) -> Result<(Position, Json<Subscription>), HttpError> {
    let request = signed_in.call(proto::ChangeSubscriptionRequest {
        organization_id: path.organization_id.into_text(),
        action: proto::SubscriptionAction::from(action).into(),
        plan_code,
        at_period_end,
    });
    let answer = gateway.upstreams.subscription_administration().change_subscription(request).await?.into_inner();
    Ok((Position::of_billing(answer.position), Json(shaped(answer.subscription, "the subscription")?)))
}
