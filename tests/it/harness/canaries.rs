//! Secrets that every test uses and that nothing may ever show: in a log, an error or a metric.

use super::{PASSWORD, SERVICE_SECRET};

/// Everybody's password, what the services show each other, and how stored hashes of passwords and access
/// tokens begin.
const CANARIES: [&str; 4] = [PASSWORD, SERVICE_SECRET, "$argon2", "eyJ0eXAi"];

/// Panics when a canary is found.
#[track_caller]
pub fn assert_no_canary(text: &str, place: &str) {
    for canary in CANARIES {
        if let Some(at) = text.find(canary) {
            let from = text[..at].char_indices().rev().nth(200).map_or(0, |(index, _)| index);
            panic!("{place} shows a secret behind: {}…", &text[from..at]);
        }
    }
}
