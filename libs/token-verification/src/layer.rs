//! A tower layer: requests with a valid token go on with their [`Caller`](crate::Caller) in the extensions, others are answered here.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::json;
use tower::{Layer, Service};

use crate::{TokenVerifier, VerifyError};

/// Authenticates every request of the service it is put around.
#[derive(Debug, Clone)]
pub struct AuthenticationLayer {
    verifier: TokenVerifier,
}

impl AuthenticationLayer {
    /// Authenticates with `verifier`.
    #[must_use]
    pub fn new(verifier: TokenVerifier) -> Self {
        Self { verifier }
    }
}

impl<S> Layer<S> for AuthenticationLayer {
    type Service = Authenticated<S>;

    fn layer(&self, inner: S) -> Authenticated<S> {
        Authenticated { verifier: self.verifier.clone(), inner }
    }
}

/// A service that sees authenticated requests only.
#[derive(Debug, Clone)]
pub struct Authenticated<S> {
    verifier: TokenVerifier,
    inner: S,
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for Authenticated<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    ResponseBody: From<String> + Send + 'static,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<RequestBody>) -> Self::Future {
        match self.verifier.authenticate(request.headers()) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                Box::pin(self.inner.call(request))
            }
            Err(refusal) => Box::pin(std::future::ready(Ok(answer(refusal)))),
        }
    }
}

fn answer<ResponseBody: From<String>>(refusal: VerifyError) -> Response<ResponseBody> {
    let status = refusal.http_status();
    let envelope = json!({
        "error": { "code": refusal.reason(), "message": refusal.to_string(), "status": status.as_u16() }
    });
    let mut response = Response::new(ResponseBody::from(envelope.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    } else {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
