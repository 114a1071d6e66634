use service_kit::policy::Requirement;

#[test]
fn an_unknown_call_is_open_to_nobody() {
    assert_eq!(billing_context::requirement("/guildhall.billing.v1.CreditService/Print"), None);
    assert_eq!(billing_context::requirement(""), None);
}

#[test]
fn only_the_price_list_is_public() {
    let services = [
        ("EntitlementChangeService", vec!["WatchEntitlementChanges"]),
        ("PlanService", vec!["ListPlans", "ApplyPlans"]),
        ("SubscriptionService", vec!["GetSubscription", "GrantSubscription", "GetEntitlement"]),
        ("CreditService", vec!["GetBalance", "ListTransactions"]),
        ("CreditAdministrationService", vec!["SetOverdraft"]),
        (
            "ServerBillingService",
            vec!["Charge", "Deposit", "GetAnyBalance", "ListAnyTransactions", "GetAnySubscription"],
        ),
        ("ServerKeyService", vec!["CreateServerKey", "ListServerKeys", "RevokeServerKey"]),
    ];
    for (service, methods) in services {
        for method in methods {
            let requirement = billing_context::requirement(&format!("/guildhall.billing.v1.{service}/{method}"));
            let requirement = requirement.expect("every call has a requirement");
            assert_eq!(requirement == Requirement::Public, method == "ListPlans", "{method}");
            assert_eq!(requirement == Requirement::ServerKey, service == "ServerBillingService", "{method}");
            let is_of_the_back_office = ["CreditAdministrationService", "ServerKeyService"].contains(&service);
            assert_eq!(requirement == Requirement::BackOffice, is_of_the_back_office, "{method}");
        }
    }
}
