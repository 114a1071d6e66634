//! Numbers for the operator.

use service_kit::Metrics;
use test_kit::TestFeed;
use token_verification::{OwningService, RevocationFeed, Subject};
use uuid::Uuid;

use crate::hosting::Served;
use crate::serving::http_get;
use crate::stub::Stub;

async fn numbers(feed: &RevocationFeed) -> String {
    let served = Served::start_telling(Stub::echo().open(), Metrics::of(feed)).await;
    let answer = http_get(&served, "/metrics").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("content-type: application/openmetrics-text"), "{answer}");
    assert!(answer.ends_with("# EOF\n"), "{answer}");
    answer
}

fn says(numbers: &str, line: &str) -> bool {
    numbers.lines().any(|said| said == line)
}

#[tokio::test]
async fn a_process_that_hears_nothing_says_that_it_is_blind() {
    let told = numbers(&RevocationFeed::builder().capacity(1_000).build()).await;
    assert!(says(&told, "guildhall_revocation_feed_state 2"), "{told}");
    assert!(!told.contains("guildhall_revocation_feed_lag_seconds "), "what is not known is not told: {told}");
    assert!(says(&told, "guildhall_revocation_feed_entries 0"), "{told}");
}

#[tokio::test]
async fn a_process_that_hears_says_what_it_knows() {
    let mut feed = TestFeed::new();
    feed.tell(OwningService::Identity, Subject::Session { session_id: Uuid::from_u128(1) });
    let told = numbers(&feed.feed).await;
    for line in [
        "guildhall_revocation_feed_state 0",
        "guildhall_revocation_feed_entries 1",
        "guildhall_revocation_feed_overflows_total 0",
        "guildhall_revocation_feed_resubscriptions_total 0",
        "# TYPE guildhall_revocation_feed_overflows counter",
        "# UNIT guildhall_revocation_feed_lag_seconds seconds",
    ] {
        assert!(says(&told, line), "{line}: {told}");
    }
    let capacity = format!("guildhall_revocation_feed_capacity {}", feed.feed.status().capacity);
    assert!(says(&told, &capacity), "{told}");
    let lag = told.lines().find_map(|line| line.strip_prefix("guildhall_revocation_feed_lag_seconds "));
    assert!((0.0..30.0).contains(&lag.unwrap().parse::<f64>().unwrap()), "{told}");
}
