//! Why a call is refused, in the words of billing, and what the caller is told.

use service_kit::{ErrorReason, Refusal};
use tonic::Status;

use crate::domain::BalanceTooLarge;
use crate::store::DbErr;

/// A use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// The plan is not on offer.
    #[error("the plan is not on offer")]
    PlanNotFound,
    /// The request id stands for another request.
    #[error("the request id was used for another request")]
    RequestIdTaken,
    /// The balance would grow beyond what can be counted.
    #[error(transparent)]
    BalanceTooLarge(#[from] BalanceTooLarge),
    /// The same, by the credits that come with a plan.
    #[error("the plan's credits: {0}")]
    PlanCreditsTooLarge(BalanceTooLarge),
    /// Another service refused, in its words.
    #[error("refused by another service")]
    Upstream(Status),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] DbErr),
}

impl From<BillingError> for Status {
    fn from(error: BillingError) -> Self {
        let refusal = match error {
            BillingError::PlanNotFound => {
                Refusal::new(ErrorReason::PlanNotFound, "There is no such plan on offer; list the plans to choose one.")
            }
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
            BillingError::Upstream(status) => return status,
            BillingError::Internal(error) => Refusal::from(error),
        };
        refusal.into()
    }
}
