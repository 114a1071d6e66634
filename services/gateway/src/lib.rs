//! The HTTP surface: turns requests into calls to the services and their answers into JSON. It holds
//! no rule of the business and no state but the keys last published.
//!
//! A route is one file in `routes/`; what it reads is an extractor of `extract/`, what it shows a shape
//! of `shapes/`, and whatever is refused, anywhere, becomes the one envelope of `http_error`. Beside the
//! API stand `pages/` for people.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod answer;
mod app_url;
mod audit_sources;
mod cookies;
mod cors;
mod csrf;
mod dev_pages;
mod edge;
mod event_stream;
mod extract;
mod gateway;
mod http_error;
mod idempotency;
mod look;
mod merged_log;
mod ndjson;
mod openapi;
mod origins;
mod pages;
mod refresh_hint;
mod routes;
mod session_cookies;
mod settings;
mod shapes;
mod upstreams;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use service_kit::Trust;
use service_kit::metrics::HttpRequests;
use service_kit::pages::PageTokens;

use crate::edge::Edge;
use crate::gateway::Gateway;
use crate::look::Look;
use crate::origins::Origins;

pub use crate::app_url::{AppUrl, UnusableAppUrl};
pub use crate::look::UnusableTemplate;
pub use crate::origins::{Origin, UnusableOrigin};
pub use crate::settings::{DevPages, PageSettings, Settings};
pub use crate::upstreams::Upstreams;

/// Every route, its layers around it, ready for `service_kit::http_server::serve_http`. Tokens are
/// believed as `trust` says; calls go to `upstreams`.
pub fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Result<Router, UnusableTemplate> {
    let (router, document) = openapi::complete(routes::all(), &settings);
    let is_dev = settings.dev.is_some();
    let look = Look::new(settings.pages, is_dev)?;
    let router = match settings.dev {
        Some(dev) => router.merge(dev_pages::routes(dev, &document)),
        None => router,
    };
    let edge = Edge { traces: settings.traces, trusted_proxies: settings.trusted_proxies.into() };
    let origins = Origins::new(settings.own_origin, settings.app_origins);
    let router = router.layer(from_fn(idempotency::pass_key_on)).layer(from_fn(refresh_hint::tell));
    let gateway = Gateway::new(
        trust,
        upstreams,
        Arc::clone(&edge.trusted_proxies),
        origins.clone(),
        document,
        PageTokens::new(settings.master_key.derive("gateway/page-tokens")),
        (look, settings.entropy, settings.stop),
    );
    gateway.tell(&settings.metrics);
    let api = edge::around(router, &edge).layer(from_fn_with_state(origins, cors::allow_apps));
    // Pages of other sites read none of ours, so these stand beside what lets them.
    let pages = if is_dev { pages::routes().merge(pages::dev_routes()) } else { pages::routes() };
    let pages = pages.layer(from_fn_with_state(gateway.clone(), pages::dress));
    // Outermost, so that what any layer refuses is counted.
    let all = api.merge(edge::around_routes(pages, &edge)).with_state(gateway);
    Ok(HttpRequests::counted(&settings.metrics, all))
}
