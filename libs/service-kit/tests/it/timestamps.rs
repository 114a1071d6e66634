//! Instants and their spellings.

use std::time::Duration;

use service_kit::Timestamp;
use test_kit::START;

#[test]
fn an_instant_survives_every_spelling() {
    for millis in [0, 1, 999, 1000, START.millis(), START.millis() + 7, -1, -999, -1000, -62_000_000_001] {
        let instant = Timestamp::from_millis(millis);
        assert_eq!(Timestamp::parse_rfc3339(&instant.to_rfc3339()), Some(instant), "{millis}");
        assert_eq!(Timestamp::from(prost_types::Timestamp::from(instant)), instant, "{millis}");
        assert_eq!(serde_json::from_str::<Timestamp>(&serde_json::to_string(&instant).unwrap()).unwrap(), instant);
    }
    assert_eq!(START.to_rfc3339(), "2026-01-01T12:00:00Z");
    assert_eq!(Timestamp::parse_rfc3339("2026-01-01T13:00:00+01:00"), Some(START));
}

#[test]
fn what_is_not_an_instant_is_not_read() {
    for text in ["", "2026-01-01", "2026-01-01T12:00:00", "yesterday", "2026-13-01T12:00:00Z"] {
        assert_eq!(Timestamp::parse_rfc3339(text), None, "{text}");
    }
}

#[test]
fn instants_stop_at_the_ends_of_time() {
    let forever = Duration::from_secs(u64::MAX);
    assert_eq!(Timestamp::from_millis(5).plus(forever).millis(), i64::MAX);
    assert_eq!(Timestamp::from_millis(-5).minus(forever).millis(), i64::MIN);
    assert_eq!(Timestamp::from_millis(-1).seconds(), -1);
    let absurd = prost_types::Timestamp { seconds: i64::MAX, nanos: i32::MAX };
    assert_eq!(Timestamp::from(absurd).millis(), i64::MAX);
}
