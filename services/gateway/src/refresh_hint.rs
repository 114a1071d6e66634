//! Tells clients when a new access token would say more than the one that they sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use token_verification::{Caller, REFRESH_HINT_HEADER, REFRESH_HINT_RIGHTS, TokenVerifier};

const NAME: HeaderName = HeaderName::from_static(REFRESH_HINT_HEADER);
const RIGHTS: HeaderValue = HeaderValue::from_static(REFRESH_HINT_RIGHTS);

/// Whether the answer to one request is to carry the hint; clones share it.
#[derive(Clone, Default)]
pub(crate) struct RefreshHint(Arc<AtomicBool>);

impl RefreshHint {
    /// For whoever has found out who calls.
    pub(crate) fn note(&self, verifier: &TokenVerifier, caller: &Caller) {
        if verifier.refresh_hint(caller) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// The layer: gives the request a hint to note, and the answer the header for it.
pub(crate) async fn tell(mut request: Request, next: Next) -> Response {
    let hint = RefreshHint::default();
    request.extensions_mut().insert(hint.clone());
    let mut answer = next.run(request).await;
    if hint.0.load(Ordering::Relaxed) {
        answer.headers_mut().insert(NAME, RIGHTS);
    }
    answer
}
