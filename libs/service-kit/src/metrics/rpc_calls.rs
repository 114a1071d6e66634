//! Calls that a service answers: how many, how long each took to the head of its answer, and how it ended.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use tokio::time::Instant;
use tonic::{Code, Status};

use super::handles::OneMore;
use super::rpc_codes::{ByCode, code_in};
use super::{CALL_SECONDS, Count, Family, Level, Metrics};
use crate::policy::Policy;
use crate::refusal::{ErrorReason, reason_of};

const DURATION: Family = Family {
    name: "rpc_server_call_duration_seconds",
    help: "How long calls took to the head of their answer, by method and by how they ended",
};
const ACTIVE: Family = Family { name: "rpc_server_active_requests", help: "Calls that are being answered" };
const DENIED: Family = Family {
    name: "guildhall_authz_denied",
    help: "Calls of whom a service did not know or did not let, by the reason that they were told",
};
/// Stands for every path that no policy names.
const UNKNOWN: &str = "unknown";

/// Counts the calls of one service.
pub(crate) struct RpcCalls {
    metrics: Metrics,
    service: &'static str,
    policy: Policy,
    active: Level,
    methods: RwLock<HashMap<Box<str>, Arc<Method>>>,
    unknown: Arc<Method>,
    denied: RwLock<Vec<(ErrorReason, Count)>>,
}

struct Method {
    name: Box<str>,
    durations: ByCode,
}

/// A call that is being answered. One whose caller goes away before its answer ends as CANCELLED.
struct Call<'a> {
    calls: &'a RpcCalls,
    method: Arc<Method>,
    began: Instant,
    ended: Code,
    _active: OneMore,
}

/// The layer that counts. It stands around all others, so that it hears what they refuse.
pub(crate) async fn measure(State(calls): State<Arc<RpcCalls>>, request: Request, next: Next) -> Response {
    let mut call = calls.begin(request.uri().path());
    let answer = next.run(request).await;
    call.ended = code_in(answer.headers());
    if matches!(call.ended, Code::PermissionDenied | Code::Unauthenticated) {
        calls.count_denied(answer.headers());
    }
    answer
}

impl RpcCalls {
    pub(crate) fn new(metrics: &Metrics, service: &'static str, policy: Policy) -> Self {
        Self {
            metrics: metrics.clone(),
            service,
            policy,
            active: metrics.level(ACTIVE, &[("service", service)]),
            methods: RwLock::default(),
            unknown: Arc::new(Method::named(UNKNOWN)),
            denied: RwLock::default(),
        }
    }

    fn begin(&self, path: &str) -> Call<'_> {
        let (method, active) = (self.method(path), self.active.one_more());
        Call { calls: self, method, began: Instant::now(), ended: Code::Cancelled, _active: active }
    }

    /// Known by the policy, whose names are all that there can be.
    fn method(&self, path: &str) -> Arc<Method> {
        if let Some(known) = self.methods.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Arc::clone(known);
        }
        if (self.policy)(path).is_none() {
            return Arc::clone(&self.unknown);
        }
        let mut methods = self.methods.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Method::named(path.trim_start_matches('/')));
        Arc::clone(methods.entry(path.into()).or_insert_with(new))
    }

    fn count_denied(&self, headers: &HeaderMap) {
        let Some(reason) = Status::from_header_map(headers).as_ref().and_then(reason_of) else { return };
        let find = |counted: &[(ErrorReason, Count)]| {
            counted.iter().find(|(one, _)| *one == reason).map(|(_, count)| count.clone())
        };
        let known = find(&self.denied.read().unwrap_or_else(PoisonError::into_inner));
        let count = known.unwrap_or_else(|| {
            let count = self.metrics.count(DENIED, &[("service", self.service), ("reason", reason.code())]);
            self.denied.write().unwrap_or_else(PoisonError::into_inner).push((reason, count.clone()));
            count
        });
        count.up();
    }
}

impl Method {
    fn named(name: &str) -> Self {
        Self { name: name.into(), durations: ByCode::default() }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.method.durations.add(self.ended, self.began.elapsed(), |code| {
            let labels = [("rpc_method", &*self.method.name), ("rpc_response_status_code", code)];
            self.calls.metrics.durations(DURATION, &labels, &CALL_SECONDS)
        });
    }
}
