//! Why a subscription stays as it is.

/// What was asked cannot be done to this subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionRefusal {
    #[error("The organization has no running subscription; grant it a plan first.")]
    NoneRunning,
    #[error("The subscription's periods have no end; leave at_period_end out, or make it false.")]
    NoPeriodEnd,
    #[error("The subscription ends with its period; reactivate it before you plan a change for then.")]
    EndsWithPeriod,
    #[error("The subscription owes nothing: it is in its trial, or no payment is expected for it.")]
    OwesNothing,
    #[error("The organization is on this plan already; open the billing portal to look after it.")]
    AlreadyOnPlan,
    #[error("The organization pays for its subscription with the payment provider; change or cancel that one instead.")]
    PaidElsewhere,
    #[error("The organization pays for a subscription already; open the billing portal to change it.")]
    AlreadyPays,
    #[error("The payment provider decides whether this subscription is paid; record the payment there.")]
    ProviderDecides,
    #[error("The checkout is over; start another one.")]
    OrderOver,
}
