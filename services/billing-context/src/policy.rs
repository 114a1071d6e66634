//! Who may make which call at all.

use service_kit::policy::Requirement;

/// The requirement of an RPC by its full path; `None` is denied.
pub fn requirement(rpc_path: &str) -> Option<Requirement> {
    Some(match rpc_path {
        "/guildhall.billing.v1.PlanService/ListPlans"
        | "/guildhall.billing.v1.ManualProviderService/PreviewCheckout"
        | "/guildhall.billing.v1.ManualProviderService/ConfirmCheckout"
        | "/guildhall.billing.v1.ManualProviderService/PreviewPortal"
        | "/guildhall.billing.v1.ManualProviderService/ChangeAtPortal"
        // Only the signature counts.
        | "/guildhall.billing.v1.WebhookService/ReceiveStripeEvent" => Requirement::Public,
        "/guildhall.billing.v1.EntitlementChangeService/WatchEntitlementChanges"
        | "/guildhall.billing.v1.PlanService/ApplyPlans"
        | "/guildhall.billing.v1.SubscriptionService/GrantSubscription"
        | "/guildhall.billing.v1.SubscriptionService/GetEntitlement" => Requirement::Service,
        "/guildhall.billing.v1.SubscriptionService/GetSubscription"
        | "/guildhall.billing.v1.CreditService/GetBalance"
        | "/guildhall.billing.v1.CreditService/ListTransactions"
        | "/guildhall.billing.v1.CheckoutService/StartCheckout"
        | "/guildhall.billing.v1.CheckoutService/OpenPortal"
        | "/guildhall.billing.v1.BillingAuditService/ListOrganizationAuditLog"
        | "/guildhall.billing.v1.BillingAuditService/ListMyActions" => Requirement::SignedIn,
        "/guildhall.billing.v1.PlanAdministrationService/ListOfferedPlans"
        | "/guildhall.billing.v1.PlanAdministrationService/ReplacePlans"
        | "/guildhall.billing.v1.SubscriptionAdministrationService/ChangeSubscription"
        | "/guildhall.billing.v1.BillingAuditAdministrationService/ListAuditLog"
        | "/guildhall.billing.v1.QuarantineService/ListQuarantine"
        | "/guildhall.billing.v1.QuarantineService/ReplayEvent" => Requirement::BackOffice,
        "/guildhall.billing.v1.ServerBillingService/Charge"
        | "/guildhall.billing.v1.ServerBillingService/Deposit"
        | "/guildhall.billing.v1.ServerBillingService/GetAnyBalance"
        | "/guildhall.billing.v1.ServerBillingService/ListAnyTransactions"
        | "/guildhall.billing.v1.ServerBillingService/GetAnySubscription"
        | "/guildhall.billing.v1.ServerKeyService/AuthorizeServerKey" => Requirement::ServerKey,
        "/guildhall.billing.v1.ServerKeyService/CreateServerKey"
        | "/guildhall.billing.v1.ServerKeyService/ListServerKeys"
        | "/guildhall.billing.v1.ServerKeyService/RevokeServerKey"
        | "/guildhall.billing.v1.CreditAdministrationService/SetOverdraft" => Requirement::BackOffice,
        _ => return None,
    })
}
