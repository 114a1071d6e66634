//! Ten thousand tokens that are being made while what they say is taken away. What came of each is read in the token itself; then a
//! verifier that has heard of the change judges it: whoever says too much is refused, whoever does not is not.

mod ears;
mod loss;
mod member;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use service_kit::Entropy;
use service_kit::fail_points::Held;
use service_kit::request_scope::{DEFAULT_TIMEOUT, RequestScope};
use token_verification::VerifyError;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::house::House;
use crate::places::Place;
use ears::Ears;
use loss::{Found, LOSSES, Loss};
use member::{Member, offer_plan};

const LANES: u64 = 10;
const ROUNDS_OF_A_LANE: u64 = 1_000;
/// Two for each lane: one side waits inside of a snapshot while the other needs a connection.
const CONNECTIONS: u32 = 20;
/// Far more than the feed takes; it is waited for, not slept.
const HEARD_WITHIN: Duration = Duration::from_secs(30);

/// How the two sides met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meeting {
    /// The token is begun when the loss has come somewhere on its way, and both go on at once.
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

/// Where the one waits for the other.
struct Stage {
    house: House,
    ears: Ears,
    /// Of a token's way, where nothing is locked, so that the loss can be answered meanwhile.
    minting: Vec<Place>,
    losing: BTreeMap<Loss, Vec<Place>>,
}

impl Stage {
    async fn set() -> Self {
        let house = House::with_connections(Some(CONNECTIONS)).await;
        let ears = Ears::of(&house).await;
        offer_plan(&house).await;
        let mut member = Member::of(&house, 0).await;
        // What is asked of billing for the first time is written down; after that a token is made by reading alone.
        member.minter(false).mint(&house).await.unwrap();
        let mut minting = places(&house, async { drop(member.minter(false).mint(&house).await.unwrap()) }).await;
        minting.retain(|place| !place.is_locking);
        let mut losing = BTreeMap::new();
        for loss in LOSSES {
            losing.insert(
                loss,
                places(&house, async {
                    let _ = loss.befall(&house, &member).await;
                })
                .await,
            );
            loss.make_good(&house, &mut member).await;
        }
        Self { house, ears, minting, losing }
    }
}

fn request() -> RequestScope {
    RequestScope { request_id: Uuid::new_v4().to_string().into(), ..RequestScope::begin(DEFAULT_TIMEOUT) }
}

/// The places that a call passes when it is alone.
async fn places(house: &House, call: impl Future<Output = ()>) -> Vec<Place> {
    let request = request();
    let request_id = request.request_id.to_string();
    house.points.record();
    request.run(call).await;
    let passed = house.points.recorded(&request_id);
    house.points.record_no_more();
    assert!(passed.len() > 3, "{passed:?}");
    crate::places::of(passed)
}

/// One loss against one token of the member.
async fn round(stage: &Stage, member: &mut Member, seed: u64) -> (Loss, Meeting, Found) {
    let Stage { house, ears, minting, losing } = stage;
    let chance = Entropy::seeded(seed);
    let draw = |below: usize| usize::try_from(chance.below(below as u64)).unwrap();
    let loss = LOSSES[draw(LOSSES.len())];
    let is_refresh = chance.below(8) == 0;
    let meeting = if !is_refresh && chance.below(3) == 0 { Meeting::Held } else { Meeting::AtOnce };
    let places = if meeting == Meeting::Held { minting } else { &losing[&loss] };
    let place = &places[draw(places.len())].name;
    let (mints, loses) = (request(), request());
    let waits = if meeting == Meeting::Held { &mints } else { &loses };
    let held = house.points.hold(place, Some(&waits.request_id));

    let minter = member.minter(is_refresh);
    let (minted, position) = match meeting {
        Meeting::Held => {
            let minting = mints.run(minter.mint(house));
            tokio::join!(minting, async {
                let held = arrived(held, seed).await;
                let position = loses.run(loss.befall(house, member)).await;
                held.release();
                position
            })
        }
        Meeting::AtOnce => {
            let minting = async {
                arrived(held, seed).await.release();
                mints.run(minter.mint(house)).await
            };
            tokio::join!(minting, loses.run(loss.befall(house, member)))
        }
    };

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

async fn arrived(mut held: Held, seed: u64) -> Held {
    assert!(held.arrived().await, "seed {seed}: the place is not passed");
    held
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_thousand_tokens_that_were_made_during_a_loss_none_outlives_it() {
    let stage = Arc::new(Stage::set().await);
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let stage = Arc::clone(&stage);
        lanes.spawn(async move {
            let mut member = Member::of(&stage.house, lane).await;
            member.minter(false).mint(&stage.house).await.unwrap();
            let mut found = Vec::new();
            for seed in lane * ROUNDS_OF_A_LANE..(lane + 1) * ROUNDS_OF_A_LANE {
                found.push(round(&stage, &mut member, seed).await);
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
