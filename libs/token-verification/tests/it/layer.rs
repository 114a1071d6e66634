//! The tower layer: callers go on, others get the envelope.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};
use token_verification::{AuthenticationLayer, Caller, KeyStore, TokenVerifier};
use tower::{Layer, Service};

use crate::issuer::Issuer;

fn greet(request: Request<()>) -> Ready<Result<Response<String>, Infallible>> {
    let caller = request.extensions().get::<Caller>().unwrap();
    ready(Ok(Response::new(caller.email.clone())))
}

/// Nothing here ever waits, so one poll is enough.
fn send(verifier: TokenVerifier, request: Request<()>) -> Response<String> {
    let mut service = AuthenticationLayer::new(verifier).layer(tower::service_fn(greet));
    match pin!(service.call(request)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => unreachable!(),
    }
}

fn request(authorization: Option<&str>) -> Request<()> {
    let mut request = Request::new(());
    let headers: &mut HeaderMap = request.headers_mut();
    if let Some(authorization) = authorization {
        headers.insert("authorization", authorization.parse().unwrap());
    }
    request
}

fn envelope(response: &Response<String>) -> Value {
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    serde_json::from_str(response.body()).unwrap()
}

#[test]
fn a_request_with_a_valid_token_goes_on_with_its_caller() {
    let issuer = Issuer::new();
    let response = send(issuer.verifier(), request(Some(&format!("Bearer {}", issuer.token()))));
    assert_eq!((response.status(), response.body().as_str()), (StatusCode::OK, "bob@example.com"));
}

#[test]
fn a_request_without_a_valid_token_is_answered_with_the_envelope() {
    for (authorization, code) in [(None, "UNAUTHORIZED"), (Some("Bearer x"), "TOKEN_INVALID")] {
        let response = send(Issuer::new().verifier(), request(authorization));
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        let error = &envelope(&response)["error"];
        assert_eq!((&error["code"], &error["status"]), (&json!(code), &json!(401)));
        assert!(error["message"].as_str().unwrap().ends_with('.'));
    }
}

#[test]
fn a_caller_put_there_by_somebody_else_does_not_get_through() {
    let issuer = Issuer::new();
    let mut forged = request(None);
    forged.extensions_mut().insert(issuer.verifier().verify(&issuer.token()).unwrap());
    assert_eq!(send(issuer.verifier(), forged).status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn before_the_keys_are_loaded_the_answer_is_to_try_again() {
    let issuer = Issuer::new();
    let verifier = issuer.builder().keys(KeyStore::empty()).build().unwrap();
    let response = send(verifier, request(Some(&format!("Bearer {}", issuer.token()))));
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(envelope(&response)["error"]["code"], "SERVICE_UNAVAILABLE");
}
