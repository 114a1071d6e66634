//! Messages of `CheckoutService` and `ManualProviderService`.

use contracts::billing::v1 as proto;
use service_kit::{Fields, Refusal, SecretToken};

use crate::domain::{Order, ReturnOrigins, code};
use crate::error::BillingError;
use crate::use_cases::{Confirmed, OpenPortal, PortalAction, StartCheckout, Visited};
use crate::wire::subscription;

/// Reads what is to be bought.
pub fn start_checkout(request: proto::StartCheckoutRequest, origins: &ReturnOrigins) -> Result<StartCheckout, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", request.organization_id.parse());
    let plan_code = fields.check("plan_code", code(&request.plan_code));
    let success_url = fields.check("success_url", origins.read(&request.success_url));
    let cancel_url = fields.check("cancel_url", origins.read(&request.cancel_url));
    let (Some(organization_id), Some(plan_code), Some(success_url), Some(cancel_url)) =
        (organization_id, plan_code, success_url, cancel_url)
    else {
        return Err(fields.refuse());
    };
    Ok(StartCheckout { organization_id, plan_code, success_url, cancel_url })
}

/// Reads whose subscription to see to.
pub fn open_portal(request: proto::OpenPortalRequest, origins: &ReturnOrigins) -> Result<OpenPortal, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", request.organization_id.parse());
    let return_url = fields.check("return_url", origins.read(&request.return_url));
    let (Some(organization_id), Some(return_url)) = (organization_id, return_url) else {
        return Err(fields.refuse());
    };
    Ok(OpenPortal { organization_id, return_url })
}

/// Reads the secret of an order or a visit. One that cannot be one is as unknown as any other.
pub fn errand_secret(token: &str) -> Result<SecretToken, BillingError> {
    SecretToken::parse(token).ok_or(BillingError::SecretUnknown)
}

/// Reads what to do at the portal.
pub fn portal_action(action: proto::PortalAction) -> Result<PortalAction, Refusal> {
    match action {
        proto::PortalAction::CancelAtPeriodEnd => Ok(PortalAction::CancelAtPeriodEnd),
        proto::PortalAction::Reactivate => Ok(PortalAction::Reactivate),
        proto::PortalAction::Unspecified => {
            Err(Refusal::invalid(vec![("action".to_owned(), "must be cancel_at_period_end or reactivate".to_owned())]))
        }
    }
}

impl From<Order> for proto::PreviewCheckoutResponse {
    fn from(order: Order) -> Self {
        Self {
            trial_days: i32::try_from(order.trial_days).unwrap_or(i32::MAX),
            is_confirmed: order.confirmed.is_some(),
            success_url: order.success_url.to_string(),
            cancel_url: order.cancel_url.to_string(),
            expires_at: Some(order.expires.into()),
            plan: Some(order.plan.into()),
        }
    }
}

impl From<Confirmed> for proto::ConfirmCheckoutResponse {
    fn from(confirmed: Confirmed) -> Self {
        Self {
            subscription: Some(subscription(confirmed.changed.subscription)),
            position: confirmed.changed.position,
            success_url: confirmed.success_url.to_string(),
        }
    }
}

impl From<Visited> for proto::PreviewPortalResponse {
    fn from(visited: Visited) -> Self {
        Self {
            subscription: Some(subscription(visited.subscription)),
            return_url: visited.visit.return_url.to_string(),
        }
    }
}
