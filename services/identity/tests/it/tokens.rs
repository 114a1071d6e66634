//! What access tokens say.

use contracts::identity::v1 as proto;
use test_kit::{AUDIENCE, ISSUER};
use token_verification::{Freshness, KeySet, KeyStore, OrgRole, TokenVerifier};

use crate::world::World;

const TEAM: &str = "018f0000-0000-7000-8000-0000000000aa";

#[tokio::test]
async fn the_published_keys_alone_verify_a_token_with_all_its_claims() {
    let world = World::new().await;
    let alice = world.person("alice@example.com").await;
    world.organizations.admit(&alice.id, TEAM);
    let token = world.refresh_into(&alice.tokens.refresh_token, TEAM).await.unwrap().tokens.unwrap().access_token;

    let jwks = world.keys().list_signing_keys(proto::ListSigningKeysRequest {}).await.unwrap().into_inner().jwks_json;
    let keys = KeyStore::empty();
    keys.replace(KeySet::from_jwks(&jwks).unwrap());
    let clock = world.clock.clone();
    let verifier = TokenVerifier::builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .freshness(Freshness::UntilExpiry)
        .keys(keys)
        .clock(move || clock.now().seconds())
        .build()
        .unwrap();
    let caller = verifier.verify(&token).unwrap();

    assert_eq!(caller.user_id.to_string(), alice.id);
    assert_eq!(caller.email, "alice@example.com");
    assert!(!caller.email_verified);
    let organization = caller.organization.unwrap();
    assert_eq!((organization.id.to_string().as_str(), organization.slug.as_str()), (TEAM, "acme"));
    assert_eq!((organization.name.as_str(), organization.is_personal), ("Acme", false));
    assert_eq!(organization.role, OrgRole::Member);
    assert_eq!(&*caller.roles, ["org_manager", "seller"]);
    assert_eq!(&*caller.permissions, ["org:read"]);
    let subscription = caller.subscription.unwrap();
    assert_eq!(subscription.status, "active");
    assert_eq!(subscription.plan_code.as_deref(), Some("pro"));
    assert_eq!(subscription.current_period_end.as_deref(), Some("2027-01-15T08:00:00Z"));
    assert!(subscription.cancel_at_period_end);
    assert_eq!(caller.app_code, AUDIENCE);
    assert_eq!(caller.expires_at - caller.issued_at, 300);
    assert_eq!((caller.asof.i, caller.asof.o, caller.asof.b), (0, 7, 5));
    assert!(caller.asof.e.parse::<uuid::Uuid>().is_ok());
    assert_eq!(caller.impersonated_by, None);
}

#[tokio::test]
async fn a_restart_keeps_key_and_epoch() {
    let world = World::new().await;
    let before = world.person("alice@example.com").await.tokens.access_token;
    let restarted = world.start_again(|_| ()).await.unwrap();
    let mut client = proto::authentication_service_client::AuthenticationServiceClient::new(restarted.in_process());
    let request = crate::world::sign_in("alice@example.com", crate::world::PASSWORD);
    let after = client.login(request).await.unwrap().into_inner().tokens.unwrap().access_token;
    assert_eq!(world.verified(&before).asof.e, world.verified(&after).asof.e);
}
