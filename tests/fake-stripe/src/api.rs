//! Every call below `/v1`: who calls, whether it was answered before, what it does.

mod routes;

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::account::{Account, Call};
use crate::faults::{Fault, take};
use crate::objects::EventRequest;
use crate::params::Params;
use crate::problem::Problem;
use crate::world::API_VERSION;

/// What a call said about itself.
struct Asked {
    method: Method,
    path: String,
    params: Params,
    key: Option<String>,
}

/// Answers a call for the mode whose secret key it carries.
pub async fn answer(
    State(modes): State<[Account; 2]>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let read = read(&modes, method, &uri, &headers, &body);
    let (account, asked) = match read {
        Ok(read) => read,
        Err(problem) => return respond(problem.status, problem.body().to_string(), false),
    };
    let fault = account.with(|state| take(&mut state.faults, asked.method.as_str(), &asked.path));
    match fault {
        Some(Fault::Error) => {
            let problem = Problem::on_our_side();
            return respond(problem.status, problem.body().to_string(), false);
        }
        Some(Fault::Refusal) => {
            let problem = Problem::invalid("Refused because a test wants it.");
            return respond(problem.status, problem.body().to_string(), false);
        }
        Some(Fault::TooMany) => {
            let problem = Problem::invalid("Request rate limit exceeded.").with("rate_limit", "");
            return respond(StatusCode::TOO_MANY_REQUESTS, problem.body().to_string(), false);
        }
        Some(Fault::KeyInUse) => {
            let problem = Problem::under_way();
            return respond(problem.status, problem.body().to_string(), false);
        }
        Some(Fault::Silence) => never_answer().await,
        _ => {}
    }
    let (status, answer, is_replayed) = account.with(|state| {
        let (status, answer, is_replayed) = perform(state, account.base_url(), &asked, fault);
        state.calls.push(Call {
            method: asked.method.to_string(),
            path: asked.path.clone(),
            idempotency_key: asked.key.clone(),
            is_replayed,
        });
        (status, answer, is_replayed)
    });
    match fault {
        Some(Fault::SilenceAfterEffect) => never_answer().await,
        Some(Fault::DropAfterEffect) => broken_off(&answer),
        _ => respond(status, answer, is_replayed),
    }
}

/// Answers from what was kept, or does it and keeps the answer.
fn perform(
    state: &mut crate::account::State,
    base_url: &str,
    asked: &Asked,
    fault: Option<Fault>,
) -> (StatusCode, String, bool) {
    if let Some(key) = &asked.key {
        match state.keys.find(key, &asked.path, &asked.params) {
            Ok(Some((status, answer))) => return (status, answer, true),
            Ok(None) => {}
            Err(problem) => return (problem.status, problem.body().to_string(), false),
        }
    }
    state.world.request = EventRequest { id: Some(state.world.id("req")), idempotency_key: asked.key.clone() };
    let done = if fault == Some(Fault::ErrorKept) {
        Err(Problem::on_our_side())
    } else {
        routes::perform(&mut state.world, base_url, &asked.method, &asked.path, asked.params.clone())
    };
    state.world.request = EventRequest::default();
    let done = match (done, fault) {
        (Ok(_), Some(Fault::ErrorAfterEffect)) => Err(Problem::on_our_side()),
        (done, _) => done,
    };
    let (status, answer) = match done {
        Ok(value) => (StatusCode::OK, value.to_string()),
        Err(problem) => (problem.status, problem.body().to_string()),
    };
    if let Some(key) = &asked.key {
        state.keys.keep(key, &asked.path, asked.params.clone(), (status, answer.clone()));
    }
    (status, answer, false)
}

fn read(
    modes: &[Account; 2],
    method: Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Account, Asked), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let account = modes.iter().find(|account| account.secret_key() == bearer).ok_or_else(Problem::unauthorized)?;
    match text("stripe-version") {
        Some(version) if is_known(version) => {}
        Some(version) => return Err(Problem::invalid(format!("Invalid Stripe API version: {version}"))),
        None => return Err(Problem::invalid("This fake wants every call to name its Stripe-Version.")),
    }
    let key = text("idempotency-key").map(str::to_owned);
    let params = if method == Method::POST {
        if key.is_none() {
            return Err(Problem::invalid("This fake wants an Idempotency-Key with every POST."));
        }
        let kind = text("content-type").unwrap_or_default();
        if !(body.is_empty() || kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Problem::invalid("Bodies must be form-encoded."));
        }
        Params::read(body)?
    } else {
        Params::read(uri.query().unwrap_or_default().as_bytes())?
    };
    let key = key.filter(|_| method == Method::POST);
    Ok((account.clone(), Asked { method, path: uri.path().to_owned(), params, key }))
}

/// Versions from the first that has these shapes on; they begin with their date.
fn is_known(version: &str) -> bool {
    let has_date = version.len() > 11 && version.as_bytes()[10] == b'.';
    has_date && version[..10] >= API_VERSION[..10]
}

fn respond(status: StatusCode, answer: String, is_replayed: bool) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], answer).into_response();
    response.headers_mut().insert("request-id", header::HeaderValue::from_static("req_fake"));
    if is_replayed {
        response.headers_mut().insert("idempotent-replayed", header::HeaderValue::from_static("true"));
    }
    response
}

/// Holds the connection open until the caller has lost patience.
async fn never_answer() -> ! {
    loop {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Half of an answer, after which the connection breaks.
fn broken_off(answer: &str) -> Response {
    let half = answer.as_bytes()[..answer.len() / 2].to_vec();
    let parts = [Ok(half), Err(std::io::Error::other("broken off because a test wants it"))];
    let body = Body::from_stream(tokio_stream::iter(parts));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The value that an object shows.
fn shown(object: &impl serde::Serialize) -> Value {
    serde_json::to_value(object).unwrap_or(Value::Null)
}
