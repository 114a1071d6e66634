//! The databases: reachable, of this version, of the same time, and opened by the encryption key.

use std::time::Instant;

use identity::{KeyError, KeyVault};
use service_kit::database::{Schema, in_words};
use service_kit::{CallOrigin, Clock, Database, Entropy, Timestamp};

use super::finding::Finding;
use crate::awaiting_schema::SCHEMAS;
use crate::backup::not_beside_a_restore;
use crate::in_full;
use crate::lost_database::refuse_a_lost_one;
use crate::settings::Settings;

/// Tokens and links are judged by each process's own clock, leases by the database's rows.
const SKEW_WARNS_FROM_MS: i64 = 1_000;
const SKEW_FAILS_FROM_MS: i64 = 30_000;
const KEY_WARNS_FROM_DAYS: i64 = 90;
const DAY_SECONDS: i64 = 24 * 3600;

pub async fn look(settings: &Settings, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    for schema in SCHEMAS {
        findings.push(schema_of(settings, schema).await);
    }
    for looked in [not_beside_a_restore(settings), refuse_a_lost_one(settings, Instant::now()).await] {
        findings.extend(looked.err().map(|refusal| Finding::fail("databases", refusal.to_string())));
    }
    if !settings.is_embedded() {
        findings.push(skew(settings, clock).await);
    }
    findings
}

async fn schema_of(settings: &Settings, schema: Schema) -> Finding {
    let check = format!("database {}", schema.service());
    match schema.state(&settings.database(schema.service())).await {
        Ok(state) => match state.refusal() {
            None => Finding::ok(check, format!("it answers, and has every one of {} migrations", state.applied.len())),
            Some(refusal) => Finding::fail(check, refusal),
        },
        Err(error) => {
            let setting = if settings.is_embedded() { "GUILDHALL_DATA_DIR" } else { "GUILDHALL_DATABASE_URL" };
            Finding::fail(check, format!("it cannot be used: {}; see {setting}", in_words(&error)))
        }
    }
}

async fn skew(settings: &Settings, clock: &Clock) -> Finding {
    let asked = async {
        let database = Database::open(&settings.database("identity"), "identity").await?;
        let before = clock.now();
        let theirs = database.server_time().await?;
        let after = clock.now();
        database.close().await?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((before, theirs, after))
    };
    match asked.await {
        Ok((before, Some(theirs), after)) => judge(apart(before, theirs, after)),
        Ok((_, None, _)) => Finding::ok("clock", "the database has no clock of its own"),
        Err(error) => {
            Finding::fail("clock", format!("the database server cannot be asked for the time: {}", in_full(&*error)))
        }
    }
}

/// By how many milliseconds the clocks differ at least: what was between question and answer is no difference.
const fn apart(before: Timestamp, theirs: Timestamp, after: Timestamp) -> i64 {
    if theirs.millis() < before.millis() {
        before.millis() - theirs.millis()
    } else if theirs.millis() > after.millis() {
        theirs.millis() - after.millis()
    } else {
        0
    }
}

fn judge(apart_ms: i64) -> Finding {
    let sentence = format!("this machine's clock and the database server's are {apart_ms} ms apart");
    match apart_ms {
        SKEW_FAILS_FROM_MS.. => Finding::fail("clock", format!("{sentence}; synchronize both with NTP")),
        SKEW_WARNS_FROM_MS.. => Finding::warn("clock", format!("{sentence}; synchronize both with NTP")),
        _ => Finding::ok("clock", sentence),
    }
}

/// Whether the encryption key opens the signing keys, and how long the active one has signed.
pub async fn signing_keys(settings: &Settings, clock: &Clock) -> Finding {
    const CHECK: &str = "signing keys";
    let Some(master_key) = &settings.encryption_key else {
        return Finding::fail(
            CHECK,
            "GUILDHALL_ENCRYPTION_KEY is not set; set it to the key that they were sealed with",
        );
    };
    let opened = async {
        let database = settings.database("identity");
        let vault =
            KeyVault::open(&database, master_key, clock.clone(), Entropy::system(), CallOrigin::default()).await?;
        vault.list().await
    };
    let keys = match opened.await {
        Ok(keys) => keys,
        Err(KeyError::Database(_)) => {
            return Finding::warn(CHECK, "nobody knows while identity's database cannot be used");
        }
        Err(error) => return Finding::fail(CHECK, error.to_string()),
    };
    let Some(active) = keys.iter().find(|key| key.state == "active") else {
        return Finding::ok(CHECK, "there are none yet; identity makes them at its first start");
    };
    let days = (clock.now().seconds() - active.since.seconds()) / DAY_SECONDS;
    if days >= KEY_WARNS_FROM_DAYS {
        return Finding::warn(CHECK, format!("the active one has signed for {days} days; run `guildhall keys rotate`"));
    }
    Finding::ok(CHECK, format!("the encryption key opens them; the active one has signed for {days} days"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::finding::Outcome;

    #[test]
    fn clocks_differ_by_what_the_way_of_the_answer_does_not_explain() {
        let at = Timestamp::from_millis;
        assert_eq!(apart(at(1_000), at(1_010), at(1_020)), 0);
        assert_eq!(apart(at(1_000), at(900), at(1_020)), 100);
        assert_eq!(apart(at(1_000), at(1_100), at(1_020)), 80);
    }

    #[test]
    fn clocks_that_are_far_apart_are_a_fault() {
        for (apart_ms, outcome) in [
            (0, Outcome::Ok),
            (999, Outcome::Ok),
            (1_000, Outcome::Warn),
            (29_999, Outcome::Warn),
            (30_000, Outcome::Fail),
        ] {
            assert!(judge(apart_ms).outcome == outcome, "{apart_ms}");
        }
    }
}
