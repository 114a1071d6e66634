use service_kit::policy::Requirement;

#[test]
fn an_unknown_call_is_open_to_nobody() {
    assert_eq!(billing_context::requirement("/guildhall.billing.v1.CreditService/Print"), None);
    assert_eq!(billing_context::requirement(""), None);
}

#[test]
fn only_the_price_list_signed_webhooks_and_the_pages_that_a_secret_opens_are_public() {
    let is_public = |method: &str| {
        let requirement = billing_context::requirement(&format!("/guildhall.billing.v1.{method}"));
        requirement.expect("every call has a requirement") == Requirement::Public
    };
    for method in [
        "PlanService/ListPlans",
        "ManualProviderService/PreviewCheckout",
        "ManualProviderService/ConfirmCheckout",
        "ManualProviderService/PreviewPortal",
        "ManualProviderService/ChangeAtPortal",
        "WebhookService/ReceiveStripeEvent",
    ] {
        assert!(is_public(method), "{method}");
    }
    for method in [
        "EntitlementChangeService/WatchEntitlementChanges",
        "PlanService/ApplyPlans",
        "PlanAdministrationService/ListOfferedPlans",
        "PlanAdministrationService/ReplacePlans",
        "SubscriptionService/GetSubscription",
        "SubscriptionService/GrantSubscription",
        "SubscriptionService/GetEntitlement",
        "SubscriptionAdministrationService/ChangeSubscription",
        "CheckoutService/StartCheckout",
        "CheckoutService/OpenPortal",
        "CreditService/GetBalance",
        "CreditService/ListTransactions",
        "CreditAdministrationService/SetOverdraft",
        "ServerKeyService/CreateServerKey",
        "ServerKeyService/ListServerKeys",
        "ServerKeyService/RevokeServerKey",
        "BillingAuditService/ListOrganizationAuditLog",
        "BillingAuditService/ListMyActions",
        "BillingAuditAdministrationService/ListAuditLog",
        "QuarantineService/ListQuarantine",
        "QuarantineService/ReplayEvent",
    ] {
        assert!(!is_public(method), "{method}");
    }
}

#[test]
fn programs_act_by_server_keys_and_nobody_else_does() {
    for method in ["Charge", "Deposit", "GetAnyBalance", "ListAnyTransactions", "GetAnySubscription"] {
        let requirement = billing_context::requirement(&format!("/guildhall.billing.v1.ServerBillingService/{method}"));
        assert_eq!(requirement, Some(Requirement::ServerKey), "{method}");
    }
    let check = "/guildhall.billing.v1.ServerKeyService/AuthorizeServerKey";
    assert_eq!(billing_context::requirement(check), Some(Requirement::ServerKey));
}
