use contracts::billing::v1::plan_administration_service_client::PlanAdministrationServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::{
    ApplyPlansRequest, FeatureType, ListOfferedPlansRequest, ListPlansRequest, Plan, PlanInterval, PlanType,
    ReplacePlansRequest,
};
use service_kit::ErrorReason;
use uuid::Uuid;

use crate::world::{World, assert_refused, feature, plan, refused_fields, seats};

async fn listed(world: &World) -> Vec<String> {
    let request = ListPlansRequest { page_size: 200, page_token: String::new() };
    let plans = PlanServiceClient::new(world.public()).list_plans(request).await.unwrap().into_inner().plans;
    plans.into_iter().map(|plan| plan.code).collect()
}

async fn apply(world: &World, plans: Vec<Plan>) -> Result<Vec<Plan>, tonic::Status> {
    world
        .plans()
        .apply_plans(ApplyPlansRequest { plans, check_only: false })
        .await
        .map(|answer| answer.into_inner().plans)
}

#[tokio::test]
async fn an_applied_plan_is_listed_as_it_was_given() {
    let world = World::new().await;
    let full = Plan {
        contact_url: Some("https://example.com/sales".to_owned()),
        interval: PlanInterval::Custom.into(),
        plan_type: PlanType::Sales.into(),
        trial_days: 14,
        credits_amount: 500,
        ..plan("enterprise")
    };
    let first = Plan { version: 1, ..full.clone() };
    assert_eq!(apply(&world, vec![full.clone()]).await.unwrap(), vec![first.clone()]);
    let request = ListPlansRequest::default();
    let listed = PlanServiceClient::new(world.public()).list_plans(request).await.unwrap().into_inner();
    assert_eq!(listed.plans, vec![first]);
    assert_eq!(listed.next_page_token, "");
}

#[tokio::test]
async fn the_given_plans_become_the_whole_offer() {
    let world = World::new().await;
    world.offer(vec![plan("free"), plan("pro")]).await;
    world.offer(vec![plan("pro"), Plan { display_order: 0, ..plan("team") }]).await;
    assert_eq!(listed(&world).await, ["team", "pro"]);

    world.offer(Vec::new()).await;
    assert!(listed(&world).await.is_empty());

    world.offer(vec![plan("free")]).await;
    assert_eq!(listed(&world).await, ["free"]);
}

#[tokio::test]
async fn applying_the_same_offer_again_changes_nothing() {
    let world = World::new().await;
    let offer = vec![plan("free"), plan("pro")];
    let first = apply(&world, offer.clone()).await.unwrap();
    assert_eq!(apply(&world, offer).await.unwrap(), first);
    assert_eq!(listed(&world).await, ["free", "pro"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_applied_at_once_never_mix() {
    let world = World::new().await;
    for round in 0..10 {
        let names = ["left", "right"].map(|side| [format!("{side}-{round}-a"), format!("{side}-{round}-b")]);
        let applying = names.clone().map(|codes| {
            let mut plans = world.plans();
            let request = ApplyPlansRequest { plans: codes.iter().map(|code| plan(code)).collect(), check_only: false };
            tokio::spawn(async move { plans.apply_plans(request).await.unwrap() })
        });
        for task in applying {
            task.await.unwrap();
        }
        let listed = listed(&world).await;
        assert!(names.iter().any(|codes| listed == *codes), "{listed:?}");
    }
}

#[tokio::test]
async fn plans_are_paged_by_display_order_then_code() {
    let world = World::new().await;
    let codes = ["bb", "aa", "cc", "dd", "ee"];
    let offer = codes
        .iter()
        .enumerate()
        .map(|(index, code)| Plan { display_order: i32::try_from(index / 2).unwrap(), ..plan(code) });
    world.offer(offer.collect()).await;

    let mut client = PlanServiceClient::new(world.public());
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = client.list_plans(ListPlansRequest { page_size: 2, page_token }).await.unwrap().into_inner();
        seen.extend(page.plans.into_iter().map(|plan| plan.code));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["aa", "bb", "cc", "dd", "ee"]);
}

#[tokio::test]
async fn a_forged_page_token_and_a_page_too_large_are_refused() {
    let world = World::new().await;
    let mut client = PlanServiceClient::new(world.public());
    for (page_size, page_token, field) in [(201, "", "page_size"), (-1, "", "page_size"), (1, "AAAA", "page_token")] {
        let request = ListPlansRequest { page_size, page_token: page_token.to_owned() };
        assert_eq!(refused_fields(client.list_plans(request).await), [field]);
    }
}

#[tokio::test]
async fn every_fault_of_every_plan_is_named_and_nothing_is_applied() {
    let world = World::new().await;
    world.offer(vec![plan("free")]).await;
    let broken = Plan {
        code: "No".to_owned(),
        name: " ".to_owned(),
        description: Some("a\0b".to_owned()),
        price_cents: -1,
        currency: "USD".to_owned(),
        interval: 9,
        interval_count: 37,
        trial_days: 366,
        plan_type: 0,
        credits_amount: i64::MAX,
        contact_url: Some("javascript:alert(1)".to_owned()),
        ..plan("xx")
    };
    let expected = [
        "code",
        "name",
        "description",
        "price_cents",
        "currency",
        "interval",
        "interval_count",
        "trial_days",
        "plan_type",
        "credits_amount",
        "contact_url",
    ];
    let fields = refused_fields(apply(&world, vec![plan("good"), broken]).await);
    assert_eq!(fields, expected.map(|field| format!("plans[1].{field}")));
    assert_eq!(listed(&world).await, ["free"]);
}

#[tokio::test]
async fn features_and_codes_are_checked() {
    let world = World::new().await;
    let mut numberless = seats(1);
    numberless.numeric_value = None;
    let mut numbered = feature("sso");
    numbered.numeric_value = Some(1);
    let mut typeless = feature("typeless");
    typeless.feature_type = FeatureType::Unspecified.into();
    let features = vec![numberless, numbered, typeless, feature("sso")];
    let fields = refused_fields(apply(&world, vec![Plan { features, ..plan("pro") }, plan("pro")]).await);
    let expected = [
        "plans[0].features[0].numeric_value",
        "plans[0].features[1].numeric_value",
        "plans[0].features[2].feature_type",
        "plans[0].features[3].code",
        "plans[1].code",
    ];
    assert_eq!(fields, expected);

    let many = (0..101).map(|number| plan(&format!("plan-{number}"))).collect();
    assert_eq!(refused_fields(apply(&world, many).await), ["plans"]);
}

#[tokio::test]
async fn only_services_apply_plans() {
    let world = World::new().await;
    let request = ApplyPlansRequest { plans: vec![plan("pro")], check_only: false };
    assert_refused(PlanServiceClient::new(world.public()).apply_plans(request).await, ErrorReason::Forbidden);
}

#[tokio::test]
async fn new_terms_are_a_new_version_and_the_same_terms_are_not() {
    let world = World::new().await;
    let versions = async |plans: Vec<Plan>| -> Vec<(String, i32)> {
        let applied = apply(&world, plans).await.unwrap();
        applied.into_iter().map(|plan| (plan.code, plan.version)).collect()
    };
    let at = |code: &str, version| (code.to_owned(), version);
    assert_eq!(versions(vec![plan("free"), plan("pro")]).await, [at("free", 1), at("pro", 1)]);
    let dearer = Plan { price_cents: 2900, ..plan("pro") };
    assert_eq!(versions(vec![plan("free"), dearer.clone()]).await, [at("free", 1), at("pro", 2)]);
    // What was withdrawn comes back as what it was; another place in the list changes nothing.
    assert_eq!(versions(vec![plan("free")]).await, [at("free", 1)]);
    let moved = Plan { display_order: 0, version: 77, ..dearer };
    assert_eq!(versions(vec![plan("free"), moved]).await, [at("pro", 2), at("free", 1)]);
    // The first terms again are a third version: nobody's past is rewritten.
    assert_eq!(versions(vec![plan("pro")]).await, [at("pro", 3)]);
}

#[tokio::test]
async fn a_check_tells_what_would_become_of_the_offer_and_changes_nothing() {
    let world = World::new().await;
    world.offer(vec![plan("free"), plan("pro")]).await;
    let plans = vec![Plan { price_cents: 1, ..plan("pro") }, plan("team")];
    let checked = world.plans().apply_plans(ApplyPlansRequest { plans, check_only: true }).await.unwrap().into_inner();
    assert_eq!((checked.changed_codes, checked.withdrawn), (vec!["pro".to_owned(), "team".to_owned()], 1));
    assert_eq!(listed(&world).await, ["free", "pro"]);
}

#[tokio::test]
async fn the_back_office_lists_and_replaces_the_offer_and_nobody_else_does() {
    let world = World::new().await;
    let mut client = PlanAdministrationServiceClient::new(world.public());
    let administrator = world.another_administrator();
    let request = ReplacePlansRequest { plans: vec![plan("pro")] };
    let replaced = client.replace_plans(world.as_official(administrator, request.clone())).await;
    let replaced = replaced.unwrap().into_inner().plans;
    let list = ListOfferedPlansRequest::default();
    let answer = client.list_offered_plans(world.as_official(administrator, list.clone())).await.unwrap();
    assert_eq!(answer.into_inner().plans, replaced);
    assert_eq!(replaced[0].version, 1);

    // The token says so, but organizations knows better by now.
    let former = Uuid::now_v7();
    let (member, _) = world.organization();
    assert_refused(client.replace_plans(world.as_official(former, request.clone())).await, ErrorReason::Forbidden);
    assert_refused(client.replace_plans(world.signed(member, request)).await, ErrorReason::Forbidden);
    assert_refused(client.list_offered_plans(world.as_official(former, list)).await, ErrorReason::Forbidden);
}
