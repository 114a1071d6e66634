//! Reading one's own revocations: a request waits until its verifier knows of them.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use token_verification::{OwningService, Position, Positions, VerifyError};
use tokio::time::Instant;

use crate::issuer::{Issuer, claims};
use crate::wire::{
    EPOCH, Hearer, ORGANIZATION, SEEN, USER, batch, batch_of, heartbeat_of, knowing, membership, snapshot_of,
};

const NEXT: Position = Position { service: OwningService::Organizations, number: 6 };

fn headers(token: &str, positions: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    for position in positions {
        headers.append("guildhall-min-position", HeaderValue::from_str(position).unwrap());
    }
    headers
}

#[tokio::test(start_paused = true)]
async fn a_token_that_knows_the_change_waits_for_nothing() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier();
    let seen = Position { service: OwningService::Organizations, number: 5 };
    assert!(verifier.verify_after(&issuer.token(), seen).await.is_ok());
    assert_eq!(verifier.verify_after(&issuer.token(), NEXT).await, Err(VerifyError::Stale), "without a feed");
}

#[tokio::test(start_paused = true)]
async fn a_token_is_judged_by_the_change_that_it_waited_for() {
    for (concerned, verdict) in [(USER, Err(VerifyError::Stale)), (crate::wire::STRANGER, Ok(()))] {
        let hearer = Hearer::of(vec![]);
        let token = hearer.issuer.token();
        let began = Instant::now();
        let (judged, ()) = tokio::join!(hearer.verifier.verify_after(&token, NEXT), async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            hearer.hear(batch(membership(6, concerned, ORGANIZATION)));
        });
        assert_eq!(judged.map(|_| ()), verdict);
        assert_eq!(began.elapsed(), Duration::from_millis(300), "no longer than it takes");
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_within_half_a_second_is_refused() {
    let hearer = Hearer::of(vec![]);
    let began = Instant::now();
    let token = hearer.issuer.token();
    assert_eq!(hearer.verifier.verify_after(&token, NEXT).await, Err(VerifyError::Stale));
    assert_eq!(began.elapsed().as_millis().div_ceil(10), 50, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_come_within_half_a_second_is_not_waited_for() {
    let hearer = Hearer::of(vec![]);
    let began = Instant::now();
    for number in [i64::MAX, 20_000] {
        let demanded = Position { service: OwningService::Organizations, number };
        assert_eq!(hearer.verifier.verify_after(&hearer.issuer.token(), demanded).await, Err(VerifyError::Stale));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn every_waiter_hears_of_every_change() {
    let hearer = Hearer::of(vec![]);
    let waits = (6..106).map(|number| {
        hearer.feed.wait_for(Position { service: OwningService::Organizations, number }, Duration::from_secs(60))
    });
    let hearing = async {
        let mut known = SEEN;
        for number in 6..106 {
            tokio::task::yield_now().await;
            let after = known;
            known = Positions { o: number, ..SEEN };
            hearer.hear(batch_of(EPOCH, after, known, vec![]));
        }
    };
    let (reached, ()) = tokio::join!(futures_util::future::join_all(waits), hearing);
    assert!(reached.into_iter().all(|reached| reached));
}

#[tokio::test(start_paused = true)]
async fn a_token_of_an_epoch_that_has_gone_is_stale_at_once_whatever_its_numbers_say() {
    let hearer = Hearer::of(vec![]);
    // A database was put back to before the third change of organizations.
    let present = Positions { o: 2, ..SEEN };
    hearer.hear(snapshot_of("second", present, vec![]));
    hearer.hear(heartbeat_of("second", present));
    let began = Instant::now();
    for number in [1, 2, 5, 6] {
        let demanded = Position { service: OwningService::Organizations, number };
        let judged = hearer.verifier.verify_after(&hearer.issuer.token(), demanded).await;
        assert_eq!(judged, Err(VerifyError::Stale), "{number}");
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    let refreshed = hearer.issuer.sign_claims(&knowing("second", present));
    let known = Position { service: OwningService::Organizations, number: 2 };
    assert!(hearer.verifier.verify_after(&refreshed, known).await.is_ok());
    assert!(hearer.verifier.verify(&refreshed).is_ok(), "without the demand, which it has outlived");
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_when_its_epoch_goes_is_stale_at_once() {
    let hearer = Hearer::of(vec![]);
    let began = Instant::now();
    let token = hearer.issuer.token();
    let (judged, ()) = tokio::join!(hearer.verifier.verify_after(&token, NEXT), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        // The number is reached, but it is another change's.
        hearer.hear(snapshot_of("second", Positions { o: 6, ..SEEN }, vec![]));
    });
    assert_eq!(judged, Err(VerifyError::Stale));
    assert_eq!(began.elapsed(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_token_of_an_epoch_that_is_not_heard_of_yet_waits_for_it() {
    let hearer = Hearer::of(vec![]);
    let began = Instant::now();
    // Its numbers mean nothing before that.
    let known = Position { service: OwningService::Organizations, number: 3 };
    let token = hearer.issuer.sign_claims(&knowing("second", Positions { o: 2, ..SEEN }));
    let (judged, ()) = tokio::join!(hearer.verifier.verify_after(&token, known), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        hearer.hear(snapshot_of("second", Positions { o: 3, ..SEEN }, vec![membership(3, USER, ORGANIZATION)]));
    });
    assert_eq!(judged, Err(VerifyError::Stale), "by the change that it waited for");
    assert_eq!(began.elapsed(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn the_header_demands_it_and_must_be_a_position() {
    let hearer = Hearer::of(vec![]);
    let token = hearer.issuer.sign_claims(&claims());
    let ask = async |positions: &[&str]| hearer.verifier.authenticate_after(&headers(&token, positions)).await;
    assert!(ask(&[]).await.is_ok());
    assert!(ask(&["o:5"]).await.is_ok());
    assert_eq!(ask(&["o:6"]).await, Err(VerifyError::Stale));
    for bad in [&[""] as &[_], &["6"], &["o:"], &["o:6", "o:6"]] {
        assert_eq!(ask(bad).await, Err(VerifyError::PositionRefused), "{bad:?}");
    }
    assert_eq!(VerifyError::PositionRefused.reason(), "VALIDATION_ERROR");
    assert_eq!(VerifyError::PositionRefused.http_status().as_u16(), 400);
}
