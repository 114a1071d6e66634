//! How long sessions live.

use identity::{Lifetime, SessionLifetimes, UnusableLifetime};
use service_kit::settings::{RawSettings, SettingsError, invalid};

/// Reads the idle and the whole life of sessions, with and without being remembered, in days.
pub fn read(raw: &mut RawSettings) -> Result<SessionLifetimes, SettingsError> {
    Ok(SessionLifetimes {
        plain: lifetime(raw, ("session_idle_days", 14), ("session_days", 30))?,
        remembered: lifetime(raw, ("session_remembered_idle_days", 30), ("session_remembered_days", 90))?,
    })
}

fn lifetime(
    raw: &mut RawSettings,
    (idle_name, idle_default): (&'static str, u64),
    (whole_name, whole_default): (&'static str, u64),
) -> Result<Lifetime, SettingsError> {
    let whole = raw.parse_or(whole_name, whole_default)?;
    // A short life without a word on idling is no contradiction.
    let idle = raw.parse(idle_name)?.unwrap_or_else(|| idle_default.min(whole));
    Lifetime::days(idle, whole).map_err(|problem| match problem {
        UnusableLifetime::OutOfBounds if Lifetime::days(1, whole).is_err() => invalid(whole_name, problem),
        UnusableLifetime::OutOfBounds => invalid(idle_name, problem),
        UnusableLifetime::IdleForLonger => invalid(whole_name, problem),
    })
}
