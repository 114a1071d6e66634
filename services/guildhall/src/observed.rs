//! What people see of a process from outside: its log lines and its traces.

use std::time::Duration;

use service_kit::Traces;
use service_kit::telemetry::{self, LogFilter, Process, TelemetrySettings};

use crate::CommandError;
use crate::settings::{Environment, Settings};

/// What every line and span says of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long the last spans may take to reach their collector.
const FLUSH_WITHIN: Duration = Duration::from_secs(3);

/// Log lines and traces of a process that is served.
pub struct Observed {
    pub log_filter: LogFilter,
    pub traces: Traces,
}

impl Observed {
    /// Begins with both, for a process that serves this. Called once, within the runtime.
    pub fn start(settings: &mut Settings, served: &str) -> Result<Self, CommandError> {
        let environment = match settings.environment {
            Environment::Dev => "dev",
            Environment::Production => "production",
        };
        let process = Process { service: served.to_owned(), version: VERSION, environment };
        let log_filter = telemetry::start(TelemetrySettings { filter: settings.log.clone(), process })?;
        let traces = settings.traces.take().map_or_else(Traces::none, |traces| Traces::start(traces, VERSION));
        Ok(Self { log_filter, traces })
    }

    /// Sends what is left of the traces.
    pub async fn end(&self) {
        self.traces.end(FLUSH_WITHIN).await;
    }
}
