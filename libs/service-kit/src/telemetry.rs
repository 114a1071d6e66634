//! Log lines: JSON for machines, plain text on a terminal.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What to log and how.
pub struct TelemetrySettings {
    /// Directives as `tracing-subscriber` reads them, for example `info` or `info,organizations=debug`.
    pub filter: String,
}

/// The filter cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the log filter cannot be read: {0}")]
pub struct UnreadableFilter(String);

/// Starts logging to standard error. Called once, before anything else.
pub fn start(settings: &TelemetrySettings) -> Result<(), UnreadableFilter> {
    let filter = EnvFilter::builder().parse(&settings.filter).map_err(|error| UnreadableFilter(error.to_string()))?;
    let registry = tracing_subscriber::registry().with(filter);
    let started = if std::io::stderr().is_terminal() {
        registry.with(fmt::layer().with_writer(std::io::stderr)).try_init()
    } else {
        registry
            .with(fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(std::io::stderr))
            .try_init()
    };
    started.map_err(|error| UnreadableFilter(error.to_string()))
}
