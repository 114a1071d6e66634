//! A tower layer: requests with a valid token go on with their [`Caller`](crate::Caller) in the extensions, others are answered here.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::{Layer, Service};

use crate::TokenVerifier;
use crate::answer::unverified;

/// Authenticates every request of the service it is put around. With the feature `feed`, the header
/// [`Position::MINIMUM_HEADER`](crate::Position::MINIMUM_HEADER) is honoured.
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
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    RequestBody: Send + 'static,
    ResponseBody: From<String> + Send + 'static,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<RequestBody>) -> Self::Future {
        #[cfg(feature = "feed")]
        if request.headers().contains_key(crate::Position::MINIMUM_HEADER) {
            let verifier = self.verifier.clone();
            // The clone isn't ready; the service that was asked for readiness has to take the call.
            let clone = self.inner.clone();
            let mut inner = std::mem::replace(&mut self.inner, clone);
            return Box::pin(async move {
                match verifier.authenticate_after(request.headers()).await {
                    Ok(caller) => {
                        request.extensions_mut().insert(caller);
                        inner.call(request).await
                    }
                    Err(refusal) => Ok(unverified(refusal)),
                }
            });
        }
        match self.verifier.authenticate(request.headers()) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                Box::pin(self.inner.call(request))
            }
            Err(refusal) => Box::pin(std::future::ready(Ok(unverified(refusal)))),
        }
    }
}
