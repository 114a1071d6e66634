//! What is logged, and more of it for a while.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::{EnvFilter, Registry, reload};

/// Crates of this product. Whatever others log below a warning could hold headers, statements or messages.
const OURS: [&str; 14] = [
    "access_policy",
    "acceptance",
    "billing_context",
    "contracts",
    "gateway",
    "guildhall",
    "identity",
    "invitations",
    "mail",
    "organizations",
    "revocation_feed",
    "service_kit",
    "it",
    "token_verification",
];

/// A log filter cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the log filter cannot be used: {0}")]
pub struct UnreadableFilter(String);

impl UnreadableFilter {
    pub(super) const fn because(problem: String) -> Self {
        Self(problem)
    }
}

/// What is logged at the moment. All clones are one.
#[derive(Clone)]
pub struct LogFilter {
    layer: reload::Handle<EnvFilter, Registry>,
    configured: Arc<str>,
    /// What was asked for beside it, and until when.
    passing: Arc<Mutex<Option<Passing>>>,
}

struct Passing {
    filter: String,
    until: Instant,
}

/// What is logged at the moment, for operators.
pub struct LogState {
    /// The filter that counts.
    pub filter: String,
    /// The one that the settings say.
    pub configured: String,
    /// After this time the configured one counts again.
    pub left: Option<Duration>,
}

impl LogFilter {
    /// The filter in these words, and the layer of a subscriber that heeds it.
    ///
    /// # Errors
    /// When the words are no filter.
    pub fn new(configured: &str) -> Result<(Self, reload::Layer<EnvFilter, Registry>), UnreadableFilter> {
        let (layer, handle) = reload::Layer::new(parse(configured)?);
        Ok((Self { layer: handle, configured: configured.into(), passing: Arc::default() }, layer))
    }

    /// Logs by this filter for so long, and then by the configured one again, unless somebody asks for something else before.
    /// Called within a runtime.
    ///
    /// # Errors
    /// When the words are no filter; then nothing changes.
    pub fn change(&self, filter: &str, duration: Duration) -> Result<(), UnreadableFilter> {
        let until = Instant::now() + duration;
        let parsed = parse(filter)?;
        {
            let mut passing = self.passing();
            let tell = || {
                tracing::warn!(
                    filter,
                    seconds = duration.as_secs(),
                    "what is logged changes to what somebody asked for"
                )
            };
            // By the filter before, so that nobody turns the log off without a trace in it; or else by the new one.
            let is_told = tracing::enabled!(Level::WARN);
            if is_told {
                tell();
            }
            self.heed(parsed)?;
            if !is_told {
                tell();
            }
            *passing = Some(Passing { filter: filter.to_owned(), until });
        }
        let this = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep_until(until).await;
            this.go_back(until);
        });
        Ok(())
    }

    /// What counts.
    pub fn state(&self) -> LogState {
        let passing = self.passing();
        LogState {
            filter: passing.as_ref().map_or_else(|| self.configured.to_string(), |passing| passing.filter.clone()),
            configured: self.configured.to_string(),
            left: passing.as_ref().map(|passing| passing.until.saturating_duration_since(Instant::now())),
        }
    }

    /// Unless something newer has taken its place.
    fn go_back(&self, until: Instant) {
        let mut passing = self.passing();
        if passing.as_ref().is_some_and(|passing| passing.until == until) {
            *passing = None;
            match parse(&self.configured).and_then(|configured| self.heed(configured)) {
                Ok(()) => tracing::info!(filter = %self.configured, "what is logged is as configured again"),
                Err(error) => tracing::error!(%error, "what is logged cannot be changed back"),
            }
        }
    }

    fn heed(&self, filter: EnvFilter) -> Result<(), UnreadableFilter> {
        self.layer.reload(filter).map_err(|error| UnreadableFilter(error.to_string()))
    }

    fn passing(&self) -> MutexGuard<'_, Option<Passing>> {
        self.passing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A word that is no level would be taken for a target of which everything is logged, so a slip would log too much.
fn parse(text: &str) -> Result<EnvFilter, UnreadableFilter> {
    let is_usable = |directive: &str| match directive.rsplit_once('=') {
        Some((target, level)) => !target.trim().is_empty() && is_level(level),
        None => is_level(directive),
    };
    if let Some(unusable) = text.split(',').find(|directive| !is_usable(directive)) {
        let unusable: String = unusable.chars().take(60).collect();
        return Err(UnreadableFilter(format!(
            "`{unusable}` must be a level (off, error, warn, info, debug, trace), or a target, = and a level"
        )));
    }
    // It would take a space for a part of the target.
    let directives: Vec<&str> = text.split(',').map(str::trim).collect();
    EnvFilter::builder().parse(directives.join(",")).map_err(|error| UnreadableFilter(error.to_string()))
}

fn is_level(text: &str) -> bool {
    // An empty text would be one too.
    !text.trim().is_empty() && text.trim().parse::<LevelFilter>().is_ok()
}

/// Whatever is asked for, libraries of others log warnings and errors alone.
pub(super) fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    *metadata.level() <= Level::WARN || OURS.contains(&target.split_once("::").map_or(target, |(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_say_levels_of_everything_or_of_targets() {
        for good in ["info", "info,organizations=debug", "warn, service_kit::relay=trace", "off", "DEBUG"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["", "verbose", "info,", "organizations", "=debug", "organizations=loud", "info;debug"] {
            assert!(parse(bad).unwrap_err().to_string().contains("must be a level"), "{bad}");
        }
    }
}
