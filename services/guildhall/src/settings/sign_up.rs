//! Who may sign up, and what the answer tells.

use identity::{Enumeration, Registration};
use service_kit::settings::{RawSettings, SettingsError};

/// Reads both.
pub fn read(raw: &mut RawSettings) -> Result<(Registration, Enumeration), SettingsError> {
    let registration = raw.parse_or("registration", Registration::Open)?;
    Ok((registration, raw.parse_or("enumeration", Enumeration::Friendly)?))
}
