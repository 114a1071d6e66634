//! Log lines: JSON for machines, plain text on a terminal.

mod filter;
mod lines;
mod masked;

use std::io::IsTerminal;

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use self::filter::{LogFilter, LogState, UnreadableFilter};
pub use self::lines::{JsonLines, Process};

/// What to log and how.
pub struct TelemetrySettings {
    /// Directives as `tracing-subscriber` reads them, for example `info` or `info,organizations=debug`.
    pub filter: String,
    /// What every line says of the process.
    pub process: Process,
}

/// Starts logging to standard error. Called once, before anything else.
pub fn start(settings: TelemetrySettings) -> Result<LogFilter, UnreadableFilter> {
    let (filter, layer) = LogFilter::new(&settings.filter)?;
    let registry = tracing_subscriber::registry().with(layer).with(filter_fn(filter::may_be_logged));
    let started = if std::io::stderr().is_terminal() {
        registry.with(fmt::layer().with_writer(std::io::stderr)).try_init()
    } else {
        registry.with(JsonLines::new(settings.process, std::io::stderr)).try_init()
    };
    started.map_err(|error| UnreadableFilter::because(error.to_string()))?;
    Ok(filter)
}
