//! Tokens that say too much, at the gate.

use std::sync::Arc;
use std::time::Duration;

use service_kit::authentication::caller;
use service_kit::limits::CALLS_AT_ONCE;
use service_kit::policy::{Policy, Requirement};
use service_kit::refusal::reason_of;
use service_kit::waiting_room::{WAITING_AT_ONCE, WAITING_OF_ONE_USER};
use service_kit::{ErrorReason, Trust};
use test_kit::{TestFeed, TestIssuer, bearer};
use token_verification::{Freshness, OwningService, Subject};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, timeout};
use tonic::{Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::hosting::{Hosted, Wire};
use crate::stub::{Stub, ask, message};

const ALICE: Uuid = Uuid::from_u128(0xa);
const BOB: Uuid = Uuid::from_u128(0xb);
const ACME: Uuid = Uuid::from_u128(0xac);

struct World {
    issuer: TestIssuer,
    feed: TestFeed,
    trust: Trust,
}

impl World {
    fn new() -> Self {
        let (issuer, feed) = (TestIssuer::new(&test_kit::clock()), TestFeed::new());
        let trust = issuer.trust_as(Freshness::Feed(feed.feed.clone()));
        Self { issuer, feed, trust }
    }

    async fn host(&self, wire: Wire, policy: Policy) -> Hosted {
        let who = Stub::new(|request| async move {
            Ok(caller(&request).map_or_else(|_| "nobody".to_owned(), |caller| caller.user_id.to_string()))
        });
        wire.host(who.behind(&self.trust, policy).build()).await
    }

    fn token(&self, user: Uuid, known: i64) -> String {
        self.issuer.token_with(user, |claims| {
            claims.sid = Uuid::from_u128(user.as_u128() << 8);
            claims.active_org_id = Some(ACME);
            claims.org_slug = Some("acme".to_owned());
            claims.org_name = Some("Acme".to_owned());
            claims.is_personal_org = Some(false);
            claims.org_role = Some(token_verification::OrgRole::Member);
            claims.asof.o = known;
            claims.asof.e = TestFeed::EPOCH.to_owned();
        })
    }

    fn remove(&mut self, user_id: Uuid) -> i64 {
        self.feed.tell(OwningService::Organizations, Subject::Membership { user_id, organization_id: ACME })
    }
}

fn demanding(token: &str, position: &str) -> Request<contracts::billing::v1::ListPlansRequest> {
    let mut request = bearer(message("").into_inner(), token);
    request.metadata_mut().insert("guildhall-min-position", position.parse().unwrap());
    request
}

fn reason(outcome: Result<String, Status>) -> Option<ErrorReason> {
    reason_of(&outcome.expect_err("the call is refused"))
}

#[tokio::test]
async fn rights_that_changed_are_stale_and_a_session_that_ended_is_revoked() {
    for wire in Wire::BOTH {
        let mut world = World::new();
        let hosted = world.host(wire, |_| Some(Requirement::SignedIn)).await;
        let (alice, bob) = (world.token(ALICE, 0), world.token(BOB, 0));
        let with = |token: &str| bearer(message("").into_inner(), token);
        assert_eq!(ask(&hosted.channel, with(&alice)).await.unwrap(), ALICE.to_string());

        let removed = world.remove(ALICE);
        let session_id = Uuid::from_u128(BOB.as_u128() << 8);
        world.feed.tell(OwningService::Identity, Subject::Session { session_id });

        assert_eq!(reason(ask(&hosted.channel, with(&alice)).await), Some(ErrorReason::TokenStale), "{wire:?}");
        let known = world.token(ALICE, removed);
        assert_eq!(ask(&hosted.channel, with(&known)).await.unwrap(), ALICE.to_string(), "{wire:?}");
        assert_eq!(reason(ask(&hosted.channel, with(&bob)).await), Some(ErrorReason::TokenRevoked), "{wire:?}");
    }
}

#[tokio::test]
async fn where_anybody_may_call_a_stale_token_counts_as_none() {
    for wire in Wire::BOTH {
        let mut world = World::new();
        let hosted = world.host(wire, |_| Some(Requirement::Public)).await;
        let alice = world.token(ALICE, 0);
        world.remove(ALICE);
        assert_eq!(ask(&hosted.channel, bearer(message("").into_inner(), &alice)).await.unwrap(), "nobody");
    }
}

#[tokio::test]
async fn whoever_demands_that_a_change_is_known_waits_for_it() {
    for wire in Wire::BOTH {
        let mut world = World::new();
        let hosted = world.host(wire, |_| Some(Requirement::SignedIn)).await;
        let (alice, bob) = (world.token(ALICE, 0), world.token(BOB, 0));
        let asking = [demanding(&alice, "o:1"), demanding(&bob, "o:1")].map(|request| {
            let channel = hosted.channel.clone();
            tokio::spawn(async move { ask(&channel, request).await })
        });
        tokio::task::yield_now().await;
        world.remove(ALICE);
        let [alices, bobs] = asking;
        assert_eq!(reason(alices.await.unwrap()), Some(ErrorReason::TokenStale), "{wire:?}");
        assert_eq!(bobs.await.unwrap().unwrap(), BOB.to_string(), "{wire:?}");

        // What nobody has told, a token may know.
        let unheard = ask(&hosted.channel, demanding(&bob, "o:2")).await;
        assert_eq!(reason(unheard), Some(ErrorReason::TokenStale), "{wire:?}");
        let knows = world.token(BOB, 2);
        assert_eq!(ask(&hosted.channel, demanding(&knows, "o:2")).await.unwrap(), BOB.to_string(), "{wire:?}");
    }
}

#[tokio::test]
async fn what_is_no_position_is_named() {
    for wire in Wire::BOTH {
        let world = World::new();
        let hosted = world.host(wire, |_| Some(Requirement::SignedIn)).await;
        let status = ask(&hosted.channel, demanding(&world.token(ALICE, 0), "soon")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::ValidationError), "{wire:?}");
        let fields = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(fields[0].field, "guildhall-min-position", "{wire:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_takes_no_place_and_who_finds_no_room_to_wait_refreshes() {
    let mut world = World::new();
    let (begin, mut begun) = unbounded_channel();
    let go = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&go);
    let stub = Stub::new(move |_| {
        let (begin, held) = (begin.clone(), Arc::clone(&held));
        async move {
            let _ = begin.send(());
            let _ = held.acquire().await;
            Ok("done".to_owned())
        }
    });
    let channel = stub.behind(&world.trust, |_| Some(Requirement::SignedIn)).build().in_process();
    let call = |request| {
        let channel = channel.clone();
        tokio::spawn(async move { ask(&channel, request).await })
    };
    let bob = world.token(BOB, 0);
    // As many users as fill the room. Alice is the first.
    let users =
        (0..WAITING_AT_ONCE / WAITING_OF_ONE_USER).map(|user| Uuid::from_u128(ALICE.as_u128() + (user << 8) as u128));
    let tokens: Vec<_> = users.map(|user| world.token(user, 0)).collect();
    let mut waiting: Vec<_> =
        (0..WAITING_AT_ONCE).map(|place| call(demanding(&tokens[place / WAITING_OF_ONE_USER], "o:1"))).collect();
    for _ in 0..WAITING_AT_ONCE {
        tokio::task::yield_now().await;
    }
    let began = Instant::now();
    let without_room = call(demanding(&bob, "o:1")).await.unwrap();
    assert_eq!(reason(without_room), Some(ErrorReason::TokenStale));

    let held: Vec<_> = (0..CALLS_AT_ONCE).map(|_| call(bearer(message("").into_inner(), &bob))).collect();
    for _ in 0..CALLS_AT_ONCE {
        let call = timeout(Duration::from_millis(400), begun.recv()).await;
        call.expect("every place is free while they wait").unwrap();
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    world.remove(ALICE);
    for waiter in waiting.drain(..WAITING_OF_ONE_USER) {
        assert_eq!(reason(waiter.await.unwrap()), Some(ErrorReason::TokenStale));
    }
    go.add_permits(CALLS_AT_ONCE);
    for call in held {
        assert_eq!(call.await.unwrap().unwrap(), "done");
    }
}

#[tokio::test(start_paused = true)]
async fn one_user_fills_a_share_of_the_room_and_others_wait_beside() {
    let mut world = World::new();
    let channel = Stub::echo().behind(&world.trust, |_| Some(Requirement::SignedIn)).build().in_process();
    let call = |request| {
        let channel = channel.clone();
        tokio::spawn(async move { ask(&channel, request).await })
    };
    let (alice, bob) = (world.token(ALICE, 0), world.token(BOB, 0));
    let began = Instant::now();
    let mut alices: Vec<_> = (0..WAITING_OF_ONE_USER).map(|_| call(demanding(&alice, "o:1"))).collect();
    for _ in 0..WAITING_OF_ONE_USER {
        tokio::task::yield_now().await;
    }
    let without_room = call(demanding(&alice, "o:1")).await.unwrap();
    assert_eq!(reason(without_room), Some(ErrorReason::TokenStale));
    assert_eq!(began.elapsed(), Duration::ZERO);

    let bobs = call(demanding(&bob, "o:1"));
    tokio::task::yield_now().await;
    world.feed.tell(OwningService::Organizations, Subject::Membership { user_id: ALICE, organization_id: ACME });
    assert!(bobs.await.unwrap().is_ok());
    for waiter in alices.drain(..) {
        assert_eq!(reason(waiter.await.unwrap()), Some(ErrorReason::TokenStale));
    }
    // Those who have gone left their places.
    let known = world.token(ALICE, 1);
    let alices: Vec<_> = (0..WAITING_OF_ONE_USER).map(|_| call(demanding(&known, "o:2"))).collect();
    for _ in 0..WAITING_OF_ONE_USER {
        tokio::task::yield_now().await;
    }
    world.feed.tell(OwningService::Organizations, Subject::Membership { user_id: BOB, organization_id: ACME });
    for waiter in alices {
        assert!(waiter.await.unwrap().is_ok());
    }
}
