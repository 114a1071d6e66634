//! Why a call is refused, in the words of billing, and what the caller is told.

use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use crate::domain::{BalanceTooLarge, CannotEnter, KeyDenied, MOST_LIVING, SetAside, SubscriptionRefusal};
use crate::providers::{NoEvent, ProviderError, SignatureProblem};
use crate::store::DbErr;

/// A use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// The plan is not on offer.
    #[error("the plan is not on offer")]
    PlanNotFound,
    /// The plan is sold by people.
    #[error("the plan is arranged with sales")]
    SoldByPeople,
    /// The organization is no more.
    #[error("there is no such organization")]
    OrganizationNotFound,
    /// The organization is suspended, and nothing is taken from it.
    #[error("the organization is suspended")]
    OrganizationSuspended,
    /// The caller is not of the back office.
    #[error("the caller holds no platform role")]
    NotOfTheBackOffice,
    /// The subscription stays as it is.
    #[error(transparent)]
    Subscription(#[from] SubscriptionRefusal),
    /// Nobody knows the secret of an order or a visit, or it is over.
    #[error("nothing is opened by this secret")]
    SecretUnknown,
    /// The organization has too many orders that can still be confirmed.
    #[error("too many checkouts are open")]
    TooManyOrders,
    /// Stripe did not sign this.
    #[error("the webhook is not believed: {0}")]
    Signature(#[from] SignatureProblem),
    /// What Stripe signed is no event.
    #[error("the webhook's body is no event")]
    NoEvent(#[from] NoEvent),
    /// No event of this id waits for the operator.
    #[error("no such event waits")]
    EventUnknown,
    /// What was in the event's way still is.
    #[error("the event is still set aside: {}", .0.word())]
    StillSetAside(SetAside),
    /// The provider did not do it.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The request id stands for another request.
    #[error("the request id was used for another request")]
    RequestIdTaken,
    /// The balance would grow beyond what can be counted.
    #[error(transparent)]
    BalanceTooLarge(#[from] BalanceTooLarge),
    /// The same, by the credits that come with a plan.
    #[error("the plan's credits: {0}")]
    PlanCreditsTooLarge(BalanceTooLarge),
    /// The organization has less than that.
    #[error("the organization has {balance}, its overdraft aside")]
    InsufficientBalance { balance: i64 },
    /// The server API key does not do.
    #[error(transparent)]
    Key(#[from] KeyDenied),
    /// There are as many living keys as there may be.
    #[error("there are too many living keys")]
    TooManyKeys,
    /// There is no such key.
    #[error("there is no such key")]
    ServerKeyNotFound,
    /// Another service refused, in its words.
    #[error("refused by another service")]
    Upstream(Status),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] DbErr),
}

impl From<CannotEnter> for BillingError {
    fn from(problem: CannotEnter) -> Self {
        match problem {
            CannotEnter::TooLarge(problem) => problem.into(),
            CannotEnter::NotEnough { balance } => Self::InsufficientBalance { balance },
        }
    }
}

impl From<BillingError> for Status {
    fn from(error: BillingError) -> Self {
        let refusal = match error {
            BillingError::PlanNotFound => {
                Refusal::new(ErrorReason::PlanNotFound, "There is no such plan on offer; list the plans to choose one.")
            }
            BillingError::SoldByPeople => Refusal::invalid(vec![(
                "plan_code".to_owned(),
                "names a plan that is arranged with sales; ask them, at its contact_url if it has one".to_owned(),
            )]),
            BillingError::OrganizationNotFound => Refusal::new(
                ErrorReason::OrganizationNotFound,
                "There is no such organization, or none that you may see.",
            ),
            BillingError::OrganizationSuspended => Refusal::new(
                ErrorReason::OrganizationSuspended,
                "The organization is suspended, so nothing is charged to it; do no work for it before the back office reactivates it.",
            ),
            BillingError::NotOfTheBackOffice => {
                Refusal::new(ErrorReason::Forbidden, "Only the back office may make this call.")
            }
            BillingError::Subscription(refusal) => Refusal::new(ErrorReason::Conflict, refusal.to_string()),
            BillingError::SecretUnknown => {
                Refusal::new(ErrorReason::NotFound, "This page is over or was never there; start again from the app.")
            }
            BillingError::TooManyOrders => Refusal::new(
                ErrorReason::RateLimited,
                "Too many checkouts of this organization are open; finish one, or try again in an hour.",
            )
            .retry_after(crate::domain::ORDER_STANDS_FOR),
            BillingError::Signature(problem) => Refusal::new(
                ErrorReason::SignatureInvalid,
                format!("The webhook is not believed: {problem}; check the endpoint's signing secret and both clocks."),
            ),
            BillingError::NoEvent(problem) => Refusal::invalid(vec![("payload".to_owned(), problem.to_string())]),
            BillingError::EventUnknown => {
                Refusal::new(ErrorReason::NotFound, "No such event waits in quarantine; list it to see those that do.")
            }
            BillingError::StillSetAside(reason) => Refusal::new(ErrorReason::Conflict, still_in_the_way(reason)),
            BillingError::Provider(error) => of_provider(error),
            BillingError::RequestIdTaken => Refusal::new(
                ErrorReason::IdempotencyConflict,
                "This request_uuid was used for another request; use a new one for each request.",
            ),
            BillingError::BalanceTooLarge(problem) => {
                Refusal::invalid(vec![("amount".to_owned(), problem.to_string())])
            }
            BillingError::PlanCreditsTooLarge(problem) => {
                Refusal::invalid(vec![("plan_code".to_owned(), format!("names a plan whose credits {problem}"))])
            }
            BillingError::InsufficientBalance { balance } => Refusal::new(
                ErrorReason::InsufficientBalance,
                "The organization has not enough credits for this; charge less, or after a deposit.",
            )
            .with("balance", balance.to_string()),
            BillingError::Key(denied) => refuse_key(denied),
            BillingError::TooManyKeys => Refusal::new(
                ErrorReason::Conflict,
                format!("There are {MOST_LIVING} living server API keys, the most there can be; revoke some first."),
            ),
            BillingError::ServerKeyNotFound => Refusal::new(
                ErrorReason::NotFound,
                "There is no such server API key; list the keys to see which there are.",
            ),
            BillingError::Upstream(status) => return status,
            BillingError::Internal(error) => Refusal::from(error),
        };
        refusal.into()
    }
}

fn of_provider(error: ProviderError) -> Refusal {
    match error {
        ProviderError::NotConfigured => Refusal::new(
            ErrorReason::BillingNotConfigured,
            "No payment provider is set up here; whoever runs the product sets one up, or grants the plan in the back office.",
        ),
        ProviderError::NoPortal(problem) => {
            tracing::warn!(problem, "Stripe does not open its billing portal");
            Refusal::new(
                ErrorReason::BillingNotConfigured,
                "Stripe has no settings for its billing portal; whoever runs the product saves them in Stripe's dashboard, under Billing, Customer portal.",
            )
        }
        ProviderError::CustomerGone => Refusal::new(
            ErrorReason::Conflict,
            "The organization's customer was removed at Stripe, so there is nothing to look after; take a plan again, after the back office has canceled the subscription that is left.",
        ),
        ProviderError::Unavailable(_) => Refusal::unavailable(error),
        ProviderError::Declined(_) => Refusal::new(
            ErrorReason::Conflict,
            "The payment was declined, so the subscription stays as it was; have the way of payment corrected in the billing portal, then try again.",
        ),
        ProviderError::Refused(_) => Refusal::internal(error),
    }
}

const fn still_in_the_way(reason: SetAside) -> &'static str {
    match reason {
        SetAside::WrongMode => {
            "The event is of Stripe's other mode than this deployment's key and stays aside; point that endpoint elsewhere at Stripe."
        }
        SetAside::OrganizationMismatch => {
            "The event names another organization than its customer's and stays aside; correct organization_id in Stripe's metadata, for later events."
        }
        _ => {
            "No organization here has the event's customer; it was made elsewhere, so cancel what it pays for at Stripe and have it bought here."
        }
    }
}

fn refuse_key(denied: KeyDenied) -> Refusal {
    let (reason, sentence) = match denied {
        KeyDenied::Unknown => {
            (ErrorReason::Unauthorized, "Nobody knows this server API key; ask the back office for one.".to_owned())
        }
        KeyDenied::Revoked => {
            (ErrorReason::TokenRevoked, "This server API key was revoked; ask the back office for another.".to_owned())
        }
        KeyDenied::Expired => {
            (ErrorReason::TokenExpired, "This server API key has expired; ask the back office for another.".to_owned())
        }
        KeyDenied::LacksScope(scope) => {
            let sentence = format!("This server API key lacks the scope {}; ask for one that has it.", scope.word());
            return Refusal::new(ErrorReason::Forbidden, sentence).with("required_scope", scope.word());
        }
    };
    Refusal::new(reason, sentence)
}
