//! Numbers for the operator's dashboards, in the OpenMetrics text format.

mod certificates;
mod revocation_feed;

use std::sync::Arc;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use token_verification::RevocationFeed;

use self::certificates::CertificateCollector;
use self::revocation_feed::FeedCollector;
use crate::tls::Tls;

/// What every name begins with.
const PREFIX: &str = "guildhall";

/// The media type of the text.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The numbers of one process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Registry>);

impl Metrics {
    /// Tells of this feed and of these certificates; the numbers are read when somebody asks.
    #[must_use]
    pub fn of(feed: &RevocationFeed, tls: &Tls) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        registry.register_collector(Box::new(FeedCollector(feed.clone())));
        registry.register_collector(Box::new(CertificateCollector(tls.clone())));
        Self(Arc::new(registry))
    }

    /// No numbers at all.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::new(Registry::with_prefix(PREFIX)))
    }

    /// All numbers as they are now.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0)?;
        Ok(text)
    }
}
