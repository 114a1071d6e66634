//! How much is invited and tried, through the front doors.

use contracts::invitations::v1 as invitations;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;
use tonic::Code;

use crate::harness::{Api, Ask, Person, Product, Team, refused, signed, unique};

/// With everything counted, behind a proxy on this machine.
async fn product() -> Product {
    Product::own(&[("GUILDHALL_RATE_LIMITS", "on"), ("GUILDHALL_TRUSTED_PROXIES", "127.0.0.1,::1")]).await
}

async fn get_for(api: &Api, client: &str, path: &str) -> crate::harness::Answer {
    let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), client.parse().unwrap())]);
    api.ask_with(Ask { method: Method::GET, path, token: None, body: None }, headers).await
}

#[tokio::test]
async fn an_address_that_is_invited_too_often_is_left_alone_for_a_while() {
    let product = product().await;
    let alice = Person::verified(&product.api(), "alice").await;
    let (acme, umbrella) = tokio::join!(Team::of(&alice), Team::of(&alice));
    let email = format!("bob.{}@example.com", unique());
    for _ in 0..6 {
        alice.post(&acme.path("/invitations"), json!({ "email": email })).await.expect(201);
    }
    let answer = alice.post(&acme.path("/invitations"), json!({ "email": email })).await;
    let wait: u64 = answer.header("retry-after").expect("a time to wait").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    assert!(answer.text.contains("This address has been invited too often lately"), "{}", answer.text);
    assert_eq!(answer.refused("RATE_LIMITED", 429), json!({}));
    let others = json!({ "emails": [email, format!("carol.{}@example.com", unique())] });
    let results = alice.post(&acme.path("/invitations"), others).await.expect(200);
    assert_eq!(results["results"][0]["error"]["code"], "RATE_LIMITED");
    assert!(results["results"][1]["invitation"].is_object());
    alice.post(&umbrella.path("/invitations"), json!({ "email": email })).await.expect(201);
}

#[tokio::test]
async fn previews_are_counted_by_network() {
    let product = product().await;
    let api = product.api();
    let unknown = format!("/invitations/{}", "A".repeat(43));
    let mut tried = 0;
    while get_for(&api, "198.51.100.1, 203.0.113.9", &unknown).await.code() == "INVITE_NOT_FOUND" {
        tried += 1;
        assert!(tried < 200, "nobody stops it");
    }
    assert!(tried >= 60, "only {tried}");
    let link = format!("/invite-links/{}", "A".repeat(43));
    let answer = get_for(&api, "203.0.113.9", &link).await;
    assert!(answer.header("retry-after").is_some());
    answer.refused("RATE_LIMITED", 429);
    get_for(&api, "198.51.100.1", &unknown).await.refused("INVITE_NOT_FOUND", 404);
}

#[tokio::test]
async fn whoever_tries_unknown_tokens_over_grpc_is_counted_by_the_connection() {
    let product = product().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let channel = product.rpc().invitations();
    let (mut of_invitations, mut of_links) =
        (InvitationServiceClient::new(channel.clone()), InviteLinkServiceClient::new(channel));
    let token = "A".repeat(43);
    let mut tried = 0;
    loop {
        let request = invitations::AcceptInvitationByTokenRequest { token: token.clone() };
        let answer = of_invitations.accept_invitation_by_token(signed(&alice.access_token, request)).await;
        if answer.as_ref().unwrap_err().code() != Code::NotFound {
            refused(answer, "RATE_LIMITED", Code::ResourceExhausted);
            break;
        }
        tried += 1;
        assert!(tried < 200, "nobody stops it");
    }
    assert!(tried >= 60, "only {tried}");
    let request = invitations::JoinViaInviteLinkRequest { token: token.clone() };
    let answer = of_links.join_via_invite_link(signed(&alice.access_token, request)).await;
    refused(answer, "RATE_LIMITED", Code::ResourceExhausted);
    let answer = of_invitations.preview_invitation(invitations::PreviewInvitationRequest { token }).await;
    refused(answer, "RATE_LIMITED", Code::ResourceExhausted);
}
