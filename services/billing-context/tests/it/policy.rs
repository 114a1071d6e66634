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
        ("CreditService", vec!["GetBalance", "ListTransactions", "Deposit"]),
    ];
    for (service, methods) in services {
        for method in methods {
            let requirement = billing_context::requirement(&format!("/guildhall.billing.v1.{service}/{method}"));
            let is_public = requirement.expect("every call has a requirement") == Requirement::Public;
            assert_eq!(is_public, method == "ListPlans", "{method}");
        }
    }
}
