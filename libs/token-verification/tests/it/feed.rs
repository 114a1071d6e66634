//! What a feed takes in, and what makes it ask for a new subscription.

use std::time::Duration;

use serde_json::json;
use token_verification::{
    FeedMessage, FeedState, Heartbeat, KeyStore, Position, Positions, Resubscribe, RevocationFeed, SnapshotPart,
    VerifyError,
};

use crate::issuer::{Issuer, KEY_ID, claims};
use crate::wire::{
    EPOCH, Hearer, LIFETIME, ORGANIZATION, SEEN, SESSION, USER, aged, batch, batch_of, heartbeat, heartbeat_after,
    heartbeat_of, knowing, membership, session, snapshot, snapshot_of,
};

const SECOND: Duration = Duration::from_secs(1);
const MOMENT: Duration = Duration::from_millis(1);

fn part(number: u32, is_last: bool, events: Vec<token_verification::Event>) -> FeedMessage {
    FeedMessage::Snapshot(SnapshotPart {
        epoch: EPOCH.to_owned(),
        part: number,
        is_last,
        through: SEEN,
        token_lifetime_seconds: LIFETIME,
        events,
    })
}

#[test]
fn heartbeats_keep_a_feed_fresh_and_silence_makes_it_lag_and_then_blind() {
    let hearer = Hearer::of(vec![]);
    assert_eq!((hearer.feed.state(), hearer.feed.status().lag), (FeedState::Fresh, Some(Duration::ZERO)));
    hearer.pass(SECOND);
    assert_eq!(hearer.feed.state(), FeedState::Fresh);
    hearer.pass(MOMENT);
    assert_eq!(hearer.feed.state(), FeedState::Lagging);
    hearer.pass(4 * SECOND - MOMENT);
    assert_eq!(hearer.feed.state(), FeedState::Lagging);
    hearer.pass(MOMENT);
    assert_eq!((hearer.feed.state(), hearer.feed.status().lag), (FeedState::Blind, Some(5 * SECOND + MOMENT)));
    hearer.hear(heartbeat());
    assert_eq!(hearer.feed.state(), FeedState::Fresh);
}

#[test]
fn blind_verifiers_believe_young_tokens_and_send_others_to_refresh() {
    let hearer = Hearer::of(vec![]);
    assert!(hearer.judge(&aged(200)).is_ok());
    hearer.pass(5 * SECOND);
    assert!(hearer.judge(&aged(200)).is_ok(), "lagging is not blind");
    hearer.pass(SECOND);
    assert!(hearer.judge(&aged(54)).is_ok());
    assert_eq!(hearer.judge(&aged(55)), Err(VerifyError::Stale));
    hearer.hear(heartbeat());
    assert!(hearer.judge(&aged(55)).is_ok());
}

#[test]
fn blind_verifiers_still_refuse_what_they_know() {
    let hearer = Hearer::of(vec![session(4, SESSION)]);
    hearer.pass(60 * SECOND);
    assert_eq!(hearer.judge(&aged(0)), Err(VerifyError::Revoked));
}

#[test]
fn a_feed_that_never_heard_anything_is_blind() {
    let hearer = Hearer::new();
    assert_eq!(
        (hearer.feed.state(), hearer.feed.status().lag, hearer.feed.resume_point()),
        (FeedState::Blind, None, None)
    );
    assert!(hearer.judge(&aged(60)).is_ok());
    assert_eq!(hearer.judge(&aged(61)), Err(VerifyError::Stale));
    // Nor is it fresh by a snapshot alone: whoever sent it may be cut off from the others.
    hearer.hear(snapshot(vec![]));
    assert_eq!(hearer.feed.state(), FeedState::Blind);
}

#[test]
fn a_sender_that_is_cut_off_does_not_pass_for_fresh() {
    let hearer = Hearer::of(vec![]);
    hearer.pass(6 * SECOND);
    hearer.hear(FeedMessage::Heartbeat(Heartbeat {
        epoch: EPOCH.to_owned(),
        positions: SEEN,
        silence_ms: 5_001,
        elapsed_ms: None,
    }));
    assert_eq!(hearer.feed.state(), FeedState::Blind);
    hearer.hear(FeedMessage::Heartbeat(Heartbeat {
        epoch: EPOCH.to_owned(),
        positions: SEEN,
        silence_ms: 2_000,
        elapsed_ms: None,
    }));
    assert_eq!(hearer.feed.state(), FeedState::Lagging);
}

#[test]
fn a_stream_that_is_slowed_down_lags_and_is_blind_then() {
    let hearer = Hearer::new();
    hearer.feed.subscribing();
    hearer.hear(snapshot(vec![]));
    let mut states = Vec::new();
    // What was sent in nine seconds comes in ten.
    for beat in 1..=300 {
        hearer.pass(250 * MOMENT);
        hearer.hear(heartbeat_after(225 * MOMENT * beat));
        states.push(hearer.feed.state());
    }
    states.dedup();
    assert_eq!(states, [FeedState::Fresh, FeedState::Lagging, FeedState::Blind]);
    assert_eq!(hearer.feed.status().lag, Some(300 * 25 * MOMENT));
    hearer.feed.subscribing();
    hearer.hear(snapshot(vec![]));
    hearer.hear(heartbeat_after(Duration::ZERO));
    assert_eq!(hearer.feed.state(), FeedState::Fresh, "another subscription counts from its own beginning");
}

#[test]
fn a_stream_that_is_held_back_for_six_seconds_leaves_a_feed_blind() {
    let hearer = Hearer::new();
    hearer.feed.subscribing();
    hearer.pass(6 * SECOND);
    hearer.hear(snapshot(vec![]));
    for beat in 0..100 {
        hearer.hear(heartbeat_after(250 * MOMENT * beat));
        assert_eq!((hearer.feed.state(), hearer.feed.status().lag), (FeedState::Blind, Some(6 * SECOND)));
        hearer.pass(250 * MOMENT);
    }
}

#[test]
fn a_sender_whose_clock_is_fast_is_never_heard_from_the_future() {
    let hearer = Hearer::new();
    hearer.feed.subscribing();
    hearer.hear(snapshot(vec![]));
    hearer.hear(heartbeat_after(3_600 * SECOND));
    assert_eq!(hearer.feed.status().lag, Some(Duration::ZERO));
    hearer.pass(5 * SECOND + MOMENT);
    assert_eq!(hearer.feed.state(), FeedState::Blind);
}

#[test]
fn tokens_older_than_what_the_table_covers_are_stale() {
    let hearer = Hearer::of(vec![]);
    assert!(hearer.judge(&aged(i64::from(LIFETIME) + 60)).is_ok());
    assert_eq!(hearer.judge(&aged(i64::from(LIFETIME) + 61)), Err(VerifyError::Stale));
}

#[test]
fn a_longer_lifetime_is_covered_when_it_has_passed() {
    let hearer = Hearer::of(vec![]);
    let FeedMessage::Snapshot(mut longer) = snapshot(vec![]) else { unreachable!() };
    longer.token_lifetime_seconds = LIFETIME + 100;
    hearer.hear(FeedMessage::Snapshot(longer));
    // The token ages with the clock, so it is made younger for each look.
    let judge_aged = |seconds: i64, passed: i64| hearer.judge(&aged(seconds - passed)).map(|_| ());
    let covered = i64::from(LIFETIME) + 60;
    for passed in [0, 40, 100] {
        assert_eq!(judge_aged(covered + passed, passed), Ok(()), "{passed}");
        assert_eq!(judge_aged(covered + passed + 1, passed), Err(VerifyError::Stale), "{passed}");
        hearer.pass(SECOND * if passed == 0 { 40 } else { 60 });
        hearer.hear(heartbeat());
    }
    assert_eq!(judge_aged(covered + 101, 160), Err(VerifyError::Stale), "no further than the lifetime");
}

#[test]
fn changes_are_kept_for_as_long_as_a_token_may_live_and_then_swept() {
    let hearer = Hearer::of(vec![membership(6, USER, ORGANIZATION)]);
    let sweep_all = || (0..256).for_each(|_| hearer.hear(heartbeat()));
    hearer.pass(SECOND * (LIFETIME + 119));
    sweep_all();
    assert_eq!(hearer.feed.status().entries, 1);
    hearer.pass(SECOND);
    sweep_all();
    assert_eq!(hearer.feed.status().entries, 0);
}

#[test]
fn a_missing_batch_is_noticed_by_the_next_one_and_by_a_heartbeat() {
    let ahead = Positions { o: 7, ..SEEN };
    let next = |hearer: &Hearer| {
        hearer.feed.apply(batch_of(EPOCH, Positions { o: 6, ..SEEN }, ahead, vec![membership(7, USER, ORGANIZATION)]))
    };
    let beat = |hearer: &Hearer| hearer.feed.apply(heartbeat_of(EPOCH, ahead));
    for apply in [&next as &dyn Fn(&Hearer) -> _, &beat] {
        let hearer = Hearer::of(vec![]);
        assert_eq!(apply(&hearer), Err(Resubscribe::Gap));
        assert_eq!(hearer.feed.status().resubscriptions, 1);
        assert_eq!(hearer.feed.apply(heartbeat()), Err(Resubscribe::NoSnapshot), "nothing but a snapshot helps");
        let resume = hearer.feed.resume_point().unwrap();
        assert_eq!((resume.epoch.as_str(), resume.positions), (EPOCH, SEEN));
        hearer.hear(snapshot_of(EPOCH, ahead, vec![membership(7, USER, ORGANIZATION)]));
        hearer.hear(heartbeat_of(EPOCH, ahead));
        assert_eq!(hearer.usual(), Err(VerifyError::Stale));
        assert_eq!(hearer.feed.positions(), ahead);
    }
}

#[test]
fn a_batch_that_comes_again_changes_nothing() {
    let hearer = Hearer::of(vec![]);
    for _ in 0..3 {
        hearer.hear(batch(membership(6, USER, ORGANIZATION)));
    }
    assert_eq!(hearer.feed.positions(), Positions { o: 6, ..SEEN });
    assert_eq!(hearer.feed.status().entries, 1);
}

#[test]
fn a_replica_that_lags_is_no_sign_of_life() {
    let hearer = Hearer::of(vec![]);
    hearer.hear(batch(membership(6, USER, ORGANIZATION)));
    hearer.pass(6 * SECOND);
    hearer.hear(snapshot(vec![]));
    hearer.hear(heartbeat());
    assert_eq!(hearer.feed.state(), FeedState::Blind);
    assert_eq!(hearer.feed.positions().o, 6, "what is known is never taken back");
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    hearer.hear(heartbeat_of(EPOCH, Positions { o: 6, ..SEEN }));
    assert_eq!(hearer.feed.state(), FeedState::Fresh);
}

#[test]
fn a_snapshot_comes_in_parts_of_which_each_counts_at_once() {
    let hearer = Hearer::new();
    hearer.hear(part(0, false, vec![]));
    assert_eq!(hearer.feed.apply(heartbeat()), Err(Resubscribe::NoSnapshot));
    hearer.hear(part(0, false, vec![membership(6, USER, ORGANIZATION)]));
    hearer.hear(part(1, false, vec![]));
    hearer.hear(part(2, true, vec![session(4, SESSION)]));
    hearer.hear(heartbeat());
    assert_eq!(hearer.usual(), Err(VerifyError::Revoked));
    assert_eq!(hearer.feed.status().entries, 2);
}

#[test]
fn a_snapshot_with_a_missing_part_is_refused() {
    let hearer = Hearer::of(vec![]);
    hearer.hear(part(0, false, vec![]));
    assert_eq!(hearer.feed.apply(part(2, true, vec![])), Err(Resubscribe::BrokenSnapshot));
    assert_eq!(hearer.feed.apply(part(1, true, vec![])), Err(Resubscribe::BrokenSnapshot));
    assert_eq!(Hearer::new().feed.apply(part(1, true, vec![])), Err(Resubscribe::BrokenSnapshot));
}

#[test]
fn another_epoch_asks_for_a_subscription_and_forgets_nothing() {
    let hearer = Hearer::of(vec![session(4, SESSION)]);
    let low = Positions { i: 1, o: 1, b: 1 };
    assert_eq!(hearer.feed.apply(heartbeat_of("second", low)), Err(Resubscribe::Epoch));
    hearer.hear(snapshot_of("second", low, vec![]));
    hearer.hear(heartbeat_of("second", low));
    assert_eq!(hearer.feed.resume_point().unwrap().epoch, "second");
    assert_eq!(hearer.usual(), Err(VerifyError::Revoked), "known of the first epoch");
    let mut of_another_session = knowing("second", low);
    of_another_session["sid"] = json!(crate::wire::id(crate::wire::STRANGER).to_string());
    assert!(hearer.judge(&of_another_session).is_ok());
}

#[test]
fn tokens_of_an_epoch_that_went_are_believed_for_a_minute_unless_a_change_concerns_them() {
    let hearer = Hearer::of(vec![]);
    let low = Positions { i: 1, o: 1, b: 1 };
    let change = membership(2, USER, ORGANIZATION);
    hearer.hear(snapshot_of("second", low, vec![]));
    hearer.hear(heartbeat_of("second", low));
    assert!(hearer.judge(&aged(60)).is_ok());
    assert_eq!(hearer.judge(&aged(61)), Err(VerifyError::Stale));
    // The position is lower than what the token knows, but of another count.
    hearer.hear(batch_of("second", low, Positions { o: 2, ..low }, vec![change]));
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    assert!(hearer.judge(&knowing("second", Positions { o: 2, ..low })).is_ok());
    assert_eq!(hearer.judge(&knowing("second", low)), Err(VerifyError::Stale));
}

#[test]
fn an_epoch_that_went_does_not_come_back() {
    let hearer = Hearer::of(vec![membership(6, USER, ORGANIZATION)]);
    let low = Positions { i: 1, o: 1, b: 1 };
    hearer.hear(snapshot_of("second", low, vec![]));
    assert_eq!(hearer.feed.apply(snapshot(vec![])), Err(Resubscribe::Epoch));
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    hearer.hear(snapshot_of("second", low, vec![]));
    hearer.hear(heartbeat_of("second", low));
    assert_eq!(hearer.feed.state(), FeedState::Fresh);
}

#[test]
fn tokens_of_an_epoch_that_is_still_unknown_are_believed_for_a_minute() {
    let hearer = Hearer::of(vec![membership(1_000, USER, ORGANIZATION)]);
    let of_later = |seconds: i64| {
        let mut token = aged(seconds);
        token["asof"] = json!({ "i": 1, "o": 1, "b": 1, "e": "later" });
        token
    };
    assert!(hearer.judge(&of_later(60)).is_ok());
    assert_eq!(hearer.judge(&of_later(61)), Err(VerifyError::Stale));
}

#[test]
fn an_ended_session_is_over_in_every_epoch() {
    let hearer = Hearer::of(vec![session(4, SESSION)]);
    let of_later = knowing("later", Positions { i: 9, o: 9, b: 9 });
    assert_eq!(hearer.judge(&of_later), Err(VerifyError::Revoked));
}

#[test]
fn the_present_epoch_stays_until_the_snapshot_of_the_next_is_whole() {
    let hearer = Hearer::of(vec![membership(6, USER, ORGANIZATION)]);
    let FeedMessage::Snapshot(mut first) = part(0, false, vec![]) else { unreachable!() };
    first.epoch = "second".to_owned();
    hearer.hear(FeedMessage::Snapshot(first));
    assert_eq!(hearer.feed.resume_point().unwrap().epoch, EPOCH);
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    assert!(hearer.judge(&knowing(EPOCH, Positions { o: 6, ..SEEN })).is_ok());
}

#[test]
fn many_epochs_leave_the_present_one_in_force() {
    let hearer = Hearer::of(vec![]);
    let low = Positions { i: 1, o: 1, b: 1 };
    for number in 0..20 {
        let epoch = format!("epoch {number}");
        let change = membership(1, USER, ORGANIZATION);
        hearer.hear(snapshot_of(&epoch, low, vec![change]));
        hearer.hear(heartbeat_of(&epoch, low));
        assert!(hearer.judge(&knowing(&epoch, low)).is_ok());
        assert_eq!(hearer.judge(&knowing(&epoch, Positions { o: 0, ..low })), Err(VerifyError::Stale));
    }
}

#[test]
fn keys_ride_along_and_bad_ones_change_nothing() {
    let keys = KeyStore::empty();
    let feed = RevocationFeed::builder().keys(keys.clone()).build();
    let issuer = Issuer::new();
    let verifier = issuer.builder().keys(keys).build().unwrap();
    assert_eq!(verifier.verify(&issuer.token()), Err(VerifyError::KeysNotLoaded));
    let jwks = json!({ "keys": [issuer.jwk(KEY_ID)] }).to_string();
    for (text, refused) in [(jwks.as_str(), 0), ("{", 1), (jwks.as_str(), 1)] {
        feed.apply(FeedMessage::Keys { jwks: text.to_owned() }).unwrap();
        assert!(verifier.verify(&issuer.token()).is_ok());
        assert_eq!(feed.status().key_sets_refused, refused);
    }
}

#[test]
fn positions_are_read_as_they_are_written() {
    for text in ["i:0", "o:1234", "b:9223372036854775807"] {
        assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
    }
    for bad in ["", "o", "o:", ":1", "x:1", "o:-1", "o:+1", "o: 1", "O:1", "o:1:2", "o:9223372036854775808", "o:1a"] {
        assert!(bad.parse::<Position>().is_err(), "{bad}");
    }
}

#[test]
fn the_words_on_the_wire_are_these() {
    let id = "0192f0c1-0000-7000-8000-000000000001";
    let text = json!({
        "type": "batch", "epoch": "first",
        "after": { "i": 3, "o": 5, "b": 8 }, "through": { "i": 4, "o": 9, "b": 9 },
        "events": [
            { "service": "i", "position": 4, "kind": "session", "session_id": id },
            { "service": "i", "position": 4, "kind": "user", "user_id": id, "ended": true },
            { "service": "o", "position": 6, "kind": "membership", "user_id": id, "organization_id": id },
            { "service": "o", "position": 7, "kind": "organization", "organization_id": id },
            { "service": "o", "position": 8, "kind": "role", "organization_id": id, "role_code": "seller" },
            { "service": "b", "position": 9, "kind": "entitlement", "organization_id": id },
            { "service": "o", "position": 9, "kind": "all" },
        ],
    });
    let read: FeedMessage = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), text);
    for message in [heartbeat(), heartbeat_after(SECOND), snapshot(vec![]), FeedMessage::Keys { jwks: "{}".to_owned() }]
    {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<FeedMessage>(&text).unwrap(), message, "{text}");
    }
}

#[test]
fn a_kind_that_a_later_version_adds_concerns_everybody() {
    let text = r#"{"service":"o","position":6,"kind":"branch","branch_id":"x"}"#;
    let hearer = Hearer::of(vec![serde_json::from_str(text).unwrap()]);
    assert_eq!(hearer.judge(&claims()), Err(VerifyError::Stale));
}
