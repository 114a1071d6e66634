//! `Caller` as an argument of handlers.

use axum_core::extract::{FromRef, FromRequestParts};
use axum_core::response::IntoResponse;
use http::Request;
use token_verification::{Caller, TokenVerifier, VerifyError};

use crate::issuer::Issuer;

struct State {
    verifier: TokenVerifier,
}

impl FromRef<State> for TokenVerifier {
    fn from_ref(state: &State) -> Self {
        state.verifier.clone()
    }
}

async fn extract(authorization: Option<&str>) -> Result<Caller, VerifyError> {
    let mut request = Request::builder();
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    // Whatever stands there already proves nothing.
    let forged = Issuer::new().verifier().verify(&Issuer::new().token()).unwrap();
    parts.extensions.insert(forged);
    Caller::from_request_parts(&mut parts, &State { verifier: Issuer::new().verifier() }).await
}

#[tokio::test]
async fn a_handler_gets_whoever_the_token_names() {
    let caller = extract(Some(&format!("Bearer {}", Issuer::new().token()))).await.unwrap();
    assert_eq!(caller.email, "bob@example.com");
}

#[tokio::test]
async fn without_a_valid_token_no_handler_runs() {
    assert_eq!(extract(None).await, Err(VerifyError::NoCredentials));
    assert_eq!(extract(Some("Bearer x")).await, Err(VerifyError::Malformed));
}

#[tokio::test]
async fn refusals_are_answers() {
    let refused = [
        (VerifyError::Stale, 401, Some("Bearer"), None),
        (VerifyError::PositionRefused, 400, None, None),
        (VerifyError::KeysNotLoaded, 503, None, Some("1")),
    ];
    for (refusal, status, challenge, retry) in refused {
        let answer = refusal.into_response();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!((header("www-authenticate"), header("retry-after")), (challenge, retry), "{refusal:?}");
        assert_eq!((header("content-type"), header("cache-control")), (Some("application/json"), Some("no-store")));
    }
    let caller = Issuer::new().verifier().verify(&Issuer::new().token()).unwrap();
    assert_eq!(caller.require("orders:read").unwrap_err().into_response().status().as_u16(), 403);
}
