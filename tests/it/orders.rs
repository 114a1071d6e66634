//! A customer's service beside the product, which it knows by the library and its front door alone.

use axum::body::Body;
use axum::http::Request;
use orders::Guildhall;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Person, Product, Team, eventually, offer_plans, subscribe};

/// The shop, in this process.
struct Shop(axum::Router);

impl Shop {
    async fn of(product: &Product, server_key: &str) -> Self {
        let revocations = format!("{}/api/v1/revocations", product.address());
        let (issuer, app) = (product.issuer(), product.audience());
        let shop = Self(orders::open(&Guildhall { issuer, app, revocations: &revocations, server_key }).unwrap());
        eventually("the shop hears the product", async || {
            let (_, health) = shop.ask("GET", "/health", None).await;
            (health["revocations"] == "Fresh").then_some(())
        })
        .await;
        shop
    }

    async fn ask(&self, method: &str, path: &str, token: Option<&str>) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = self.0.clone().oneshot(request.body(Body::from("anvil")).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 64 * 1024).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn buys(&self, person: &Person) -> (u16, Value) {
        self.ask("POST", "/orders", Some(&person.access_token)).await
    }
}

/// Registers what the shop asks for, and lets members of the team do it.
async fn let_buy(product: &Product, owner: &mut Person, buyer: &mut Person, team: &Team) {
    let mut official = Person::verified(&product.api(), "official").await;
    product.make_administrator(&mut official, "system_admin").await;
    let permission = |action: &str| {
        json!({
            "code": format!("orders:{action}"), "name": format!("Orders: {action}"),
            "category": "Orders", "org_assignable": true,
        })
    };
    let slice = json!({ "service": "orders", "permissions": [permission("read"), permission("write")] });
    official.post("/admin/permissions/register", slice).await.expect(200);
    owner.act_for(&team.id).await;
    let role = json!({ "code": "shopper", "name": "Shopper", "permission_codes": ["orders:read", "orders:write"] });
    owner.post(&team.path("/roles"), role).await.expect(201);
    let roles = team.path(&format!("/members/{}/roles", buyer.user_id));
    owner.put(&roles, json!({ "role_codes": ["org_member", "shopper"] })).await.expect(200);
    offer_plans(&product.rpc()).await;
    subscribe(&product.rpc(), &team.id).await;
    buyer.act_for(&team.id).await;
}

#[tokio::test]
async fn a_buyer_who_is_removed_is_refused_by_a_service_that_nobody_told() {
    let product = Product::own(&[]).await;
    let key = product.new_server_key(&["revocations:read"]).await;
    let shop = Shop::of(&product, &key).await;
    let mut alice = Person::verified(&product.api(), "alice").await;
    let mut bob = Person::verified(&product.api(), "bob").await;
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    let_buy(&product, &mut alice, &mut bob, &team).await;
    let (status, answer) = shop.buys(&bob).await;
    assert_eq!(status, 201, "{answer}");

    let removed = alice.delete(&team.path(&format!("/members/{}", bob.user_id))).await;
    assert_eq!(removed.status, 204, "{removed:?}");
    let answer = eventually("the shop refuses bob", async || {
        let (status, answer) = shop.buys(&bob).await;
        (status != 201).then_some(answer)
    })
    .await;
    assert_eq!(answer["error"]["code"], "TOKEN_STALE", "{answer}");
    assert_eq!(shop.ask("GET", "/me", Some(&alice.access_token)).await.0, 200, "alice is still there");

    // Refreshed, bob is somebody again, though nobody who may buy.
    bob.refresh(json!({})).await;
    let (status, answer) = shop.buys(&bob).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("INSUFFICIENT_PERMISSIONS")));
    bob.post_bare("/auth/logout/all").await;
    let answer = eventually("the shop refuses bob for good", async || {
        let (status, answer) = shop.ask("GET", "/me", Some(&bob.access_token)).await;
        (status != 200).then_some(answer)
    })
    .await;
    assert_eq!(answer["error"]["code"], "TOKEN_REVOKED", "{answer}");
}

#[tokio::test]
async fn a_service_hears_by_a_key_for_it_and_by_no_other() {
    let product = Product::shared().await;
    let revocations = "/api/v1/revocations";
    let other = product.new_server_key(&["billing:read"]).await;
    let denied = product.api().json(reqwest::Method::GET, revocations, Some(&other), None).await;
    denied.refused("FORBIDDEN", 403);
    let unknown = "gh_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    product.api().json(reqwest::Method::GET, revocations, Some(unknown), None).await.refused("UNAUTHORIZED", 401);
    let alice = Person::registered(&product.api(), "alice").await;
    alice.get(revocations).await.refused("UNAUTHORIZED", 401);
}
