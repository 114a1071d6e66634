//! GET /.well-known/jwks.json.

use contracts::identity::v1::ListSigningKeysResponse;
use tonic::Status;

use crate::api::Api;

const RPC: &str = "identity.v1.KeyService/ListSigningKeys";
const PATH: &str = "/.well-known/jwks.json";

#[tokio::test]
async fn the_keys_are_served_as_identity_publishes_them_and_may_be_cached() {
    let api = Api::start().await;
    api.stub.answers(RPC, ListSigningKeysResponse { jwks_json: api.issuer.jwks() });

    let answer = api.get_as_nobody(PATH).await;

    assert_eq!((answer.status, answer.text.as_str()), (200, api.issuer.jwks().as_str()));
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "public, max-age=60");
}

#[tokio::test]
async fn the_last_known_keys_are_served_while_identity_is_down() {
    let api = Api::start().await;
    api.stub.refuses(RPC, Status::unavailable("down"));
    let unknown = api.get_as_nobody(PATH).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (503, "SERVICE_UNAVAILABLE"));
    assert_eq!(unknown.headers["cache-control"], "no-store");

    api.stub.answers(RPC, ListSigningKeysResponse { jwks_json: api.issuer.jwks() });
    api.get_as_nobody(PATH).await;
    api.stub.refuses(RPC, Status::unavailable("down"));

    let answer = api.get_as_nobody(PATH).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, api.issuer.jwks().as_str()));
}
