//! The numbers that processes tell their operators.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::DynamicMessage;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;
use tonic::Request;

use crate::harness::{Ask, PASSWORD, Person, Product, Team, eventually, secret_mailed_to, signed, unique};
use crate::openapi::Route;
use crate::plausible::Plausible;
use crate::strangers_grpc::{call, call_path, rpcs};

/// Told only where something is set up that the product does not need.
const NOT_EVERYWHERE: [&str; 2] = ["guildhall_tls_cert_not_after_seconds", "guildhall_tls_reload_failures_total"];
/// What one process may tell, whatever it was asked.
const MOST_SERIES: usize = 5_000;

/// What all processes of a product tell together.
struct Numbers(Vec<String>);

impl Numbers {
    async fn of(product: &Product) -> Self {
        let addresses: BTreeSet<_> = product.ops().values().collect();
        let mut told = Vec::new();
        for address in addresses {
            let url = format!("{}/metrics", address.trim_end_matches('/'));
            told.push(reqwest::get(url).await.expect("an answer").text().await.expect("a text"));
        }
        Self(told)
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|told| told.lines())
    }

    /// Names of families, with their kinds; counters as their samples are called.
    fn families(&self) -> BTreeMap<String, String> {
        let types = self.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        let name = |name: &str, kind: &str| if kind == "counter" { format!("{name}_total") } else { name.to_owned() };
        types.map(|(named, kind)| (name(named, kind), kind.to_owned())).collect()
    }

    /// All series of one process, without their values.
    fn series(told: &str) -> BTreeSet<&str> {
        let samples = told.lines().filter(|line| !line.starts_with('#'));
        samples.filter_map(|line| line.rsplit_once(' ')).map(|(series, _)| series).collect()
    }

    /// The sum of what is told under this name with these labels, whichever else there are.
    fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let of_name = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        let labelled = |line: &&str| labels.iter().all(|label| line.contains(label));
        let values = self.lines().filter(of_name).filter(labelled).filter_map(|line| line.rsplit_once(' '));
        values.map(|(_, value)| value.parse::<f64>().expect("a number")).sum()
    }
}

/// Signs in and up, refreshes, shows a spent token, invites and is invited: one of each.
async fn journey(product: &Product) -> (Person, Team) {
    let api = product.api();
    let mut alice = Person::verified(&api, "alice").await;
    let bob = Person::verified(&api, "bob").await;
    let wrong = json!({ "email": alice.email, "password": "not the password of hers" });
    api.post("/auth/login", &wrong).await.refused("INVALID_CREDENTIALS", 401);
    api.post("/auth/login", &json!({ "email": alice.email, "password": PASSWORD })).await.expect(200);

    let team = Team::of(&alice).await;
    let invited = alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    secret_mailed_to(&api, &bob.email, "/invitations/").await;
    bob.post("/invitations/accept", json!({ "token": invited["token"] })).await.expect(200);
    alice.post(&team.path("/invitations"), json!({ "email": "carol@example.com" })).await.expect(201);
    team.link(&alice, 3).await;

    let spent = alice.refresh_token.clone();
    alice.refresh(json!({})).await;
    alice.refresh(json!({})).await;
    api.post("/auth/refresh", &json!({ "refresh_token": spent })).await.refused("TOKEN_REVOKED", 401);
    (Person::verified(&api, "dora").await, team)
}

#[tokio::test]
async fn what_happened_is_counted_once_each() {
    let product = Product::own(&[]).await;
    journey(&product).await;
    // Mails and accepted invitations are counted where they are delivered, which nobody waits for.
    let numbers = eventually("the mails are counted", async || {
        let numbers = Numbers::of(&product).await;
        (numbers.sum("guildhall_mail_total", &["result=\"sent\""]) >= 5.0).then_some(numbers)
    })
    .await;
    let is = |name: &str, labels: &[&str], expected: f64| {
        let found = numbers.sum(name, labels);
        assert!((found - expected).abs() < 0.5, "{name} {labels:?}: {found} instead of {expected}");
    };
    is("guildhall_signin_total", &["method=\"sign_up\"", "result=\"ok\""], 3.0);
    is("guildhall_signin_total", &["method=\"password\"", "result=\"ok\""], 1.0);
    is("guildhall_signin_total", &["method=\"password\"", "result=\"refused\""], 1.0);
    is("guildhall_refresh_reuse_total", &[], 1.0);
    is("guildhall_token_refresh_total", &["result=\"revoked\""], 1.0);
    is("guildhall_invitation_total", &["event=\"created\""], 2.0);
    is("guildhall_invitation_total", &["event=\"accepted\""], 1.0);
    is("guildhall_invitation_total", &["event=\"link_created\""], 1.0);
    is("guildhall_invitation_total", &["event=\"revoked\""], 0.0);
    let login = "rpc_method=\"guildhall.identity.v1.AuthenticationService/Login\"";
    is("rpc_server_call_duration_seconds_count", &[login, "code=\"UNAUTHENTICATED\""], 1.0);
    is("rpc_server_call_duration_seconds_count", &[login, "code=\"OK\""], 1.0);
    let route = "http_route=\"/api/v1/auth/login\"";
    is("http_server_request_duration_seconds_count", &[route, "code=\"200\""], 1.0);
    is("http_server_request_duration_seconds_count", &[route, "code=\"401\""], 1.0);
    // One hash for each sign-up, each try to sign in, and none beside.
    is("guildhall_password_hash_seconds_count", &[], 5.0);
    assert!(numbers.sum("guildhall_signing_key_age_seconds", &[]) >= 0.0);
    assert!(numbers.sum("guildhall_revocation_listeners", &[]) >= 1.0, "this process listens itself");
    for service in ["identity", "organizations", "invitations", "billing-context"] {
        let label = format!("service=\"{service}\"");
        let taken = numbers.sum("guildhall_schema_version", &[&label]);
        assert!(taken > 3.0, "{service}: {taken}");
        is("guildhall_schema_version_wanted", &[&label], taken);
    }
    let to_organizations = ["service=\"identity\"", "server=\"organizations\"", "code=\"OK\""];
    assert!(numbers.sum("rpc_client_call_duration_seconds_count", &to_organizations) >= 3.0);
}

#[tokio::test]
async fn the_page_for_operators_describes_every_number_and_no_other() {
    let product = Product::own(&[]).await;
    let (person, _) = journey(&product).await;
    person.get("/admin/users").await.refused("FORBIDDEN", 403);
    // Once somebody has looked at the outboxes, nothing is left out.
    let told = eventually("the outboxes were looked at", async || {
        let numbers = Numbers::of(&product).await;
        let has = |name: &str| numbers.lines().any(|line| line.starts_with(name));
        (has("guildhall_outbox_depth{") && has("guildhall_revocation_feed_lag_seconds ")).then_some(numbers)
    })
    .await;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/observability.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        Some((cells.next()?, cells.next()?))
    };
    let mut described: BTreeMap<String, String> = page.lines().filter_map(row).collect();
    let families = told.families();
    for name in NOT_EVERYWHERE {
        assert!(described.contains_key(name), "{name} is not described");
        if !families.contains_key(name) {
            described.remove(name);
        }
    }
    assert_eq!(families, described, "left is what is told, right what docs/observability.md describes");
}

#[tokio::test]
async fn nothing_that_somebody_sends_becomes_a_series() {
    let product = Product::own(&[]).await;
    let (rpc, api) = (product.rpc(), product.api());
    let alice = Person::verified(&api, "alice").await;
    let team = Team::of(&alice).await;
    let plausible = Plausible::new(&alice, &team.id, &alice.user_id);
    for route in Route::all(&api).await {
        let (path, body) = (route.filled(&plausible), route.valid_body(&plausible));
        for token in [None, Some(alice.access_token.as_str())] {
            // What ends her session or account comes later, by the other wire.
            if token.is_none() || route.method == Method::GET {
                api.json(route.method.clone(), &path, token, body.as_ref()).await;
            }
        }
    }
    for method in rpcs().iter().filter(|method| !method.is_server_streaming()) {
        let empty = || DynamicMessage::new(method.input());
        let _ = call(&rpc, method, Request::new(empty())).await;
        let _ = call(&rpc, method, signed(&alice.access_token, plausible.message(method.input()))).await;
    }
    strange(&product, &api).await;
    // What the processes do by themselves has its first time meanwhile; what somebody sends would make series every time.
    let after = eventually("strange calls make no series", async || {
        let before = Numbers::of(&product).await;
        for _ in 0..5 {
            strange(&product, &api).await;
        }
        let after = Numbers::of(&product).await;
        let mut both = before.0.iter().zip(&after.0);
        both.all(|(before, after)| Numbers::series(after).is_subset(&Numbers::series(before))).then_some(after)
    })
    .await;
    for told in &after.0 {
        let series = Numbers::series(told).len();
        assert!(series < MOST_SERIES, "{series} series");
    }
    assert!(after.sum("http_server_request_duration_seconds_count", &["http_route=\"unknown\""]) >= 18.0);
    assert!(after.sum("rpc_server_call_duration_seconds_count", &["rpc_method=\"unknown\""]) >= 6.0);
    let everything = after.0.concat();
    for secret in [&alice.email, &alice.user_id, &team.id, &team.slug] {
        assert!(!everything.contains(secret.as_str()), "{secret} is told");
    }
}

/// Paths, methods and calls that do not exist, each another one.
async fn strange(product: &Product, api: &crate::harness::Api) {
    for method in ["GET", "BREW", "DELETE"] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let path = format!("/strange/{}", unique());
        api.ask_with(Ask { method, path: &path, token: None, body: None }, HeaderMap::new()).await;
    }
    let path = format!("/guildhall.organizations.v1.OrganizationService/Do{}", unique());
    let message = DynamicMessage::new(rpcs()[0].input());
    call_path(product.rpc().organizations(), &path, Request::new(message)).await.expect_err("a refusal");
}
