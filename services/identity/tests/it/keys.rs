//! The keys that tokens are signed with.

use contracts::identity::v1 as proto;
use contracts::identity::v1::key_service_client::KeyServiceClient;
use service_kit::{MasterKey, Microservice};

use crate::world::World;

async fn jwks(identity: &Microservice) -> String {
    let mut keys = KeyServiceClient::new(identity.in_process());
    keys.list_signing_keys(proto::ListSigningKeysRequest {}).await.unwrap().into_inner().jwks_json
}

#[tokio::test]
async fn the_published_set_holds_public_keys_and_nothing_private() {
    let world = World::new().await;
    let set: serde_json::Value = serde_json::from_str(&jwks(&world.identity).await).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "the active and the next one");
    for key in keys {
        let members: std::collections::BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"].into());
        assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
        assert_eq!((&key["alg"], &key["use"]), (&"EdDSA".into(), &"sig".into()));
        assert_eq!(key["kid"].as_str().unwrap().len(), 43);
    }
}

#[tokio::test]
async fn replicas_that_start_at_once_agree_on_their_keys() {
    let world = World::new().await;
    let (one, two, three) =
        tokio::join!(world.start_again(|_| ()), world.start_again(|_| ()), world.start_again(|_| ()));
    let expected = jwks(&world.identity).await;
    for replica in [one, two, three] {
        assert_eq!(jwks(&replica.unwrap()).await, expected);
    }
}

#[tokio::test]
async fn a_wrong_master_key_refuses_to_start() {
    let world = World::new().await;
    let refused = world.start_again(|settings| settings.master_key = MasterKey::from_bytes([8; 32])).await;
    assert!(refused.err().unwrap().to_string().contains("does not open the signing keys"));
}
