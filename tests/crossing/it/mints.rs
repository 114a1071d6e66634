//! Ten thousand tokens that are being made while what they say is taken away. What came of each is read in the token itself; then a
//! verifier that has heard of the change judges it: whoever says too much is refused, whoever does not is not.

mod ears;
mod loss;
mod member;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use service_kit::Entropy;
use service_kit::request_scope::{DEFAULT_TIMEOUT, RequestScope};
use token_verification::VerifyError;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::house::House;
use crate::places::Place;
use ears::Ears;
use loss::{Found, LOSSES, Loss};
use member::Member;

const LANES: u64 = 40;
const ROUNDS_OF_A_LANE: u64 = 250;
/// Far more than the feed takes; it is waited for, not slept.
const HEARD_WITHIN: Duration = Duration::from_secs(30);
/// How far one side is ahead of the other at most, in turns that it lets others have.
const HEAD_START: u64 = 60;

/// How the two sides met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meeting {
    /// Both at once, one of them a little later.
    AtOnce,
    /// The token waits somewhere on its way until the loss is answered.
    Held,
}

/// How many tokens say what was, and what is.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    before: u32,
    after: u32,
}

type Tallies = BTreeMap<(Loss, Meeting), Tally>;

/// One loss against one token of the member.
async fn round(house: &House, ears: &Ears, member: &mut Member, places: &[Place], seed: u64) -> (Loss, Meeting, Found) {
    let chance = Entropy::seeded(seed);
    let draw = |below: usize| usize::try_from(chance.below(below as u64)).unwrap();
    let loss = LOSSES[draw(LOSSES.len())];
    let is_refresh = chance.below(8) == 0;
    let meeting = if !is_refresh && chance.below(3) == 0 { Meeting::Held } else { Meeting::AtOnce };
    let (early, late) = (chance.below(HEAD_START), chance.below(HEAD_START));
    let request =
        RequestScope { request_id: Uuid::new_v4().to_string().into(), ..RequestScope::begin(DEFAULT_TIMEOUT) };
    let held = (meeting == Meeting::Held)
        .then(|| house.points.hold(&places[draw(places.len())].name, Some(&request.request_id)));

    let minter = member.minter(is_refresh);
    let minting = request.run(async {
        let_others(early).await;
        minter.mint(house).await
    });
    let losing = async {
        if let Some(mut held) = held {
            assert!(held.arrived().await, "seed {seed}: the place is not passed");
            let position = loss.befall(house, member).await;
            held.release();
            return position;
        }
        let_others(late).await;
        loss.befall(house, member).await
    };
    let (minted, position) = tokio::join!(minting, losing);

    let found = loss.found(member, &minted);
    assert!(ears.feed.wait_for(position, HEARD_WITHIN).await, "seed {seed}, {loss:?}: {position} is not heard of");
    if let Ok(token) = &minted {
        let expected = match found {
            Found::After => None,
            Found::Before if loss.ends_sessions() => Some(VerifyError::Revoked),
            Found::Before => Some(VerifyError::Stale),
        };
        assert_eq!(ears.verifier.verify(token).err(), expected, "seed {seed}, {loss:?}, {meeting:?}, {found:?}");
    }
    loss.make_good(house, member).await;
    (loss, meeting, found)
}

async fn let_others(turns: u64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

/// The places of a token's way at which nothing is locked, so that the loss can be answered meanwhile.
async fn places(house: &House, member: &Member) -> Vec<Place> {
    house.points.record();
    let request =
        RequestScope { request_id: Uuid::new_v4().to_string().into(), ..RequestScope::begin(DEFAULT_TIMEOUT) };
    let request_id = request.request_id.to_string();
    request.run(member.minter(false).mint(house)).await.unwrap();
    let passed = house.points.recorded(&request_id);
    assert!(passed.iter().any(|place| place.starts_with("GetAccess/")), "{passed:?}");
    crate::places::of(passed).into_iter().filter(|place| !place.is_locking).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_thousand_tokens_that_were_made_during_a_loss_none_outlives_it() {
    let house = Arc::new(House::new().await);
    let ears = Arc::new(Ears::of(&house).await);
    // What is asked of billing for the first time is written down; after that a token is made by reading alone.
    let first = Member::of(&house, 0).await;
    first.minter(false).mint(&house).await.unwrap();
    let places = Arc::new(places(&house, &first).await);
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let (house, ears, places) = (Arc::clone(&house), Arc::clone(&ears), Arc::clone(&places));
        lanes.spawn(async move {
            let mut member = Member::of(&house, lane).await;
            member.minter(false).mint(&house).await.unwrap();
            let mut found = Vec::new();
            for seed in lane * ROUNDS_OF_A_LANE..(lane + 1) * ROUNDS_OF_A_LANE {
                found.push(round(&house, &ears, &mut member, &places, seed).await);
            }
            found
        });
    }
    let mut tallies = Tallies::new();
    for (loss, meeting, found) in lanes.join_all().await.into_iter().flatten() {
        let tally = tallies.entry((loss, meeting)).or_default();
        match found {
            Found::Before => tally.before += 1,
            Found::After => tally.after += 1,
        }
    }
    println!("{tallies:#?}");
    let rounds: u32 = tallies.values().map(|tally| tally.before + tally.after).sum();
    assert_eq!(u64::from(rounds), LANES * ROUNDS_OF_A_LANE);
    for ((loss, meeting), tally) in tallies {
        assert!(tally.before > 10 && tally.after > 10, "dull races of {loss:?}, {meeting:?}: {tally:?}");
    }
}
