//! Certificates between services: how long they still hold.

use service_kit::settings::in_full;
use service_kit::tls::{FileState, TlsFile};
use service_kit::{Clock, Tls};

use super::finding::Finding;
use crate::settings::setting_of;

const WARNS_FROM_DAYS: i64 = 14;
const DAY_SECONDS: i64 = 24 * 3600;

pub fn look(tls: &Tls, clock: &Clock) -> Vec<Finding> {
    let now = clock.now().seconds();
    tls.files().iter().map(|state| judge(state, now)).collect()
}

fn judge(state: &FileState, now: i64) -> Finding {
    let what = match state.file {
        TlsFile::Certificate => "what others are shown",
        TlsFile::ClientAuthorities => "an authority of callers",
        TlsFile::UpstreamAuthorities => "an authority of other services",
    };
    let check = format!("tls {}", state.file.word());
    let left = state.ends - now;
    let renew = format!("renew it in the file of {}; it is read without a restart", in_full(setting_of(state.file)));
    match left.div_euclid(DAY_SECONDS) {
        ..0 => Finding::fail(check, format!("{what} has ended: connections are refused; {renew}")),
        days @ ..WARNS_FROM_DAYS => Finding::warn(check, format!("{what} ends within {} days; {renew}", days + 1)),
        days => Finding::ok(check, format!("{what} holds for {days} days")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::finding::Outcome;

    #[test]
    fn what_ends_within_two_weeks_is_told_and_what_has_ended_is_a_fault() {
        let now = 1_000 * DAY_SECONDS;
        for (ends, outcome) in [
            (now - 1, Outcome::Fail),
            (now, Outcome::Warn),
            (now + 14 * DAY_SECONDS - 1, Outcome::Warn),
            (now + 14 * DAY_SECONDS, Outcome::Ok),
        ] {
            let state = FileState { file: TlsFile::Certificate, ends, failures: 0 };
            assert!(judge(&state, now).outcome == outcome, "{ends}");
        }
    }
}
