//! How passwords are hashed, and which are accepted.

use identity::PasswordSettings;
use service_kit::settings::{RawSettings, SettingsError, invalid};

/// OWASP's first choice for argon2id: 19 MiB, two passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// What all hashes at once may take.
const BUDGET_MIB: u32 = 64;
const WAITING: usize = 32;

/// Reads and validates them.
pub fn read(raw: &mut RawSettings) -> Result<PasswordSettings, SettingsError> {
    let shortest = raw.parse_or("password_min_length", 15)?;
    if !(8..=64).contains(&shortest) {
        return Err(invalid("password_min_length", "must be 8 to 64"));
    }
    let memory_kib = raw.parse_or("password_memory_kib", MEMORY_KIB)?;
    if !(8..=1024 * 1024).contains(&memory_kib) {
        return Err(invalid("password_memory_kib", "must be 8 to 1048576"));
    }
    let passes = raw.parse_or("password_passes", PASSES)?;
    if !(1..=20).contains(&passes) {
        return Err(invalid("password_passes", "must be 1 to 20"));
    }
    let budget_mib: u32 = raw.parse_or("password_memory_budget_mib", BUDGET_MIB)?;
    let at_once = u64::from(budget_mib) * 1024 / u64::from(memory_kib);
    if at_once == 0 {
        return Err(invalid(
            "password_memory_budget_mib",
            "must have room for one hash (GUILDHALL_PASSWORD_MEMORY_KIB)",
        ));
    }
    // More than there are processors would only make each wait for the others.
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let hashes_at_once = usize::try_from(at_once).unwrap_or(usize::MAX).min(processors);
    Ok(PasswordSettings { memory_kib, passes, hashes_at_once, hashes_waiting: WAITING, shortest })
}
