//! The HTTP surface: turns requests into calls to the services and their answers into JSON. It holds
//! no rule of the business and no state but the keys last published.
//!
//! A route is one file in `routes/`; what it reads is an extractor of `extract/`, what it shows a shape
//! of `shapes/`, and whatever is refused, anywhere, becomes the one envelope of `http_error`.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod answer;
mod dev_pages;
mod edge;
mod extract;
mod gateway;
mod http_error;
mod ndjson;
mod openapi;
mod routes;
mod settings;
mod shapes;
mod upstreams;

use axum::Router;
use service_kit::Trust;

use crate::gateway::Gateway;

pub use crate::settings::{DevPages, Settings};
pub use crate::upstreams::Upstreams;

/// Every route, its layers around it, ready for `service_kit::http_server::serve_http`. Tokens are
/// believed as `trust` says; calls go to `upstreams`.
pub fn build(settings: Settings, trust: &Trust, upstreams: Upstreams) -> Router {
    let (router, document) = openapi::complete(routes::all(), &settings);
    let router = match settings.dev {
        Some(dev) => router.merge(dev_pages::routes(dev, &document)),
        None => router,
    };
    edge::around(router).with_state(Gateway::new(trust.verifier.clone(), upstreams, settings.trusted_proxies, document))
}
