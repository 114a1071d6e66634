//! Requests that come over HTTP: how many, how long each took to the head of its answer, and how it ended.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::Method;
use tokio::time::Instant;

use super::handles::OneMore;
use super::{CALL_SECONDS, Durations, Family, Level, Metrics};
use crate::access_log::CLIENT_GONE;

const DURATION: Family = Family {
    name: "http_server_request_duration_seconds",
    help: "How long requests took to the head of their answer, by method, route and status",
};
const ACTIVE: Family = Family { name: "http_server_active_requests", help: "Requests that are being answered" };
/// Stands for every path without a route, and every method that nothing here has.
const UNKNOWN: &str = "unknown";

/// Counts the requests of an HTTP server.
pub struct HttpRequests {
    metrics: Metrics,
    active: Level,
    routes: RwLock<HashMap<Box<str>, Arc<Route>>>,
    unknown: Arc<Route>,
}

/// A route by its template. The methods and statuses of one are few.
#[derive(Default)]
struct Route {
    name: Box<str>,
    ended: RwLock<Vec<(&'static str, u16, Durations)>>,
}

struct Answering<'a> {
    requests: &'a HttpRequests,
    route: Arc<Route>,
    method: &'static str,
    began: Instant,
    status: u16,
    _active: OneMore,
}

impl HttpRequests {
    /// The same router, whose requests are counted by the templates of its routes.
    pub fn counted<S: Clone + Send + Sync + 'static>(metrics: &Metrics, router: Router<S>) -> Router<S> {
        let requests = Self {
            metrics: metrics.clone(),
            active: metrics.level(ACTIVE, &[]),
            routes: RwLock::default(),
            unknown: Arc::new(Route { name: UNKNOWN.into(), ..Route::default() }),
        };
        router.layer(from_fn_with_state(Arc::new(requests), measure))
    }

    fn begin(&self, request: &Request) -> Answering<'_> {
        let route = match request.extensions().get::<MatchedPath>() {
            Some(route) => self.route(route.as_str()),
            None => Arc::clone(&self.unknown),
        };
        Answering {
            requests: self,
            route,
            method: name(request.method()),
            began: Instant::now(),
            status: CLIENT_GONE,
            _active: self.active.one_more(),
        }
    }

    fn route(&self, template: &str) -> Arc<Route> {
        if let Some(known) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(template) {
            return Arc::clone(known);
        }
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Route { name: template.into(), ..Route::default() });
        Arc::clone(routes.entry(template.into()).or_insert_with(new))
    }
}

async fn measure(State(requests): State<Arc<HttpRequests>>, request: Request, next: Next) -> Response {
    let mut answering = requests.begin(&request);
    let answer = next.run(request).await;
    answering.status = answer.status().as_u16();
    answer
}

const fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => UNKNOWN,
    }
}

impl Route {
    fn durations(&self, metrics: &Metrics, method: &'static str, status: u16) -> Durations {
        let find = |ended: &[(&str, u16, Durations)]| {
            ended.iter().find(|one| (one.0, one.1) == (method, status)).map(|one| one.2.clone())
        };
        if let Some(known) = find(&self.ended.read().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let code = status.to_string();
        let labels =
            [("http_request_method", method), ("http_route", &*self.name), ("http_response_status_code", &code)];
        let new = metrics.durations(DURATION, &labels, &CALL_SECONDS);
        let mut ended = self.ended.write().unwrap_or_else(PoisonError::into_inner);
        if find(&ended).is_none() {
            ended.push((method, status, new.clone()));
        }
        new
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        let durations = self.route.durations(&self.requests.metrics, self.method, self.status);
        durations.add(self.began.elapsed());
    }
}
