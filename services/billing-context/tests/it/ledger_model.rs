//! Ten thousand random operations on credits against a model of a few lines.

use std::collections::HashMap;

use contracts::billing::v1::{ChargeRequest, DepositRequest, Transaction};
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tonic::Status;
use uuid::Uuid;

use crate::credits::ledger;
use crate::world::{World, charge_of, detail};

const OPERATIONS: usize = 10_000;
/// Each has a model of its own, and all are worked on at once.
const ORGANIZATIONS: usize = 8;
const LARGEST: i64 = 9_007_199_254_740_991;

/// SplitMix64: the same numbers again for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    /// Mostly small, sometimes as large as it may be.
    fn amount(&mut self) -> i64 {
        match self.below(200) {
            0 => LARGEST,
            1 => LARGEST - i64::try_from(self.below(100)).unwrap(),
            _ => 1 + i64::try_from(self.below(40)).unwrap(),
        }
    }
}

/// What an organization must have.
#[derive(Default)]
struct Model {
    balance: i64,
    overdraft: i64,
    /// Amount added or taken, and the first answer, by request.
    answered: HashMap<String, (i64, Transaction)>,
    requests: Vec<String>,
    entries: Vec<Transaction>,
}

/// What a call must come to.
#[derive(Debug, PartialEq)]
enum Outcome {
    New(i64),
    Again(Transaction),
    Refused(ErrorReason),
}

impl Model {
    fn expect(&self, request: &str, delta: i64) -> Outcome {
        match self.answered.get(request) {
            Some((same, entry)) if *same == delta => Outcome::Again(entry.clone()),
            Some(_) => Outcome::Refused(ErrorReason::IdempotencyConflict),
            None => match self.balance.checked_add(delta) {
                Some(balance) if delta > 0 && balance > LARGEST => Outcome::Refused(ErrorReason::ValidationError),
                Some(balance) if delta < 0 && balance < -self.overdraft => {
                    Outcome::Refused(ErrorReason::InsufficientBalance)
                }
                balance => Outcome::New(balance.unwrap()),
            },
        }
    }

    fn enter(&mut self, entry: Transaction) {
        self.balance = entry.balance_after;
        self.requests.push(entry.request_uuid.clone());
        self.answered.insert(entry.request_uuid.clone(), (entry.amount_delta, entry.clone()));
        self.entries.insert(0, entry);
    }
}

async fn post(world: &World, request: ChargeRequest, delta: i64) -> Result<Transaction, Status> {
    let request = ChargeRequest { amount: delta.abs(), ..request };
    let entry = if delta < 0 {
        world.charge(request).await?.transaction
    } else {
        let ChargeRequest { organization_id, amount, request_uuid, note } = request;
        world.deposit(DepositRequest { organization_id, amount, request_uuid, note }).await?.transaction
    };
    Ok(entry.unwrap())
}

async fn live(world: &World, mut dice: Dice) {
    let (user, organization) = world.organization();
    let mut model = Model::default();
    for turn in 0..OPERATIONS / ORGANIZATIONS {
        if dice.below(25) == 0 {
            model.overdraft = i64::try_from(dice.below(200)).unwrap();
            assert_eq!(world.set_overdraft(organization, model.overdraft).await.unwrap(), model.balance);
            continue;
        }
        let delta = if dice.below(2) == 0 { dice.amount() } else { -dice.amount() };
        let mut request = charge_of(organization, 0);
        let mut delta = delta;
        if !model.requests.is_empty() && dice.below(5) == 0 {
            let known = usize::try_from(dice.below(model.requests.len() as u64)).unwrap();
            request.request_uuid.clone_from(&model.requests[known]);
            if dice.below(2) == 0 {
                delta = model.answered[&request.request_uuid].0;
            }
        }
        let expected = model.expect(&request.request_uuid, delta);
        let answer = post(world, request, delta).await;
        let outcome = match &answer {
            Ok(entry) if model.answered.contains_key(&entry.request_uuid) => Outcome::Again(entry.clone()),
            Ok(entry) => Outcome::New(entry.balance_after),
            Err(status) => Outcome::Refused(reason_of(status).expect("a reason")),
        };
        assert_eq!(outcome, expected, "turn {turn}");
        match outcome {
            Outcome::New(_) => model.enter(answer.unwrap()),
            Outcome::Refused(ErrorReason::InsufficientBalance) => {
                assert_eq!(detail(&answer, "balance"), Some(model.balance.to_string()));
            }
            _ => {}
        }
    }
    assert_eq!(world.balance(user, organization).await, model.balance);
    assert_eq!(ledger(world, user, organization, 200).await, model.entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_random_operations_come_to_what_a_model_says() {
    let seed = std::env::var("TEST_SEED")
        .map_or_else(|_| Uuid::new_v4().as_u64_pair().0, |seed| seed.parse().expect("TEST_SEED is a number"));
    eprintln!("TEST_SEED={seed} does the same again");
    let world = World::new().await;
    let lives = (0..ORGANIZATIONS as u64).map(|nth| live(&world, Dice(seed.wrapping_add(nth << 32))));
    futures_util::future::join_all(lives).await;
    world.assert_ledgers_add_up().await;
}
