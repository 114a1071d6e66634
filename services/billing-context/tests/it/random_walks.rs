//! Lives of subscriptions by chance, beside a plain model of them.

use std::time::Duration;

use contracts::billing::v1::{Plan, SubscriptionAction, SubscriptionStatus};
use service_kit::Entropy;
use time::{Date, Month, OffsetDateTime};
use uuid::Uuid;

use crate::world::{World, plan};

/// Price, credits and days of trial of each plan, all monthly.
const PLANS: [(&str, i64, i64, i32); 3] = [("small", 100, 10, 0), ("middle", 200, 25, 7), ("large", 300, 70, 20)];
const STEPS: usize = 150;

/// A running subscription as the model has it.
#[derive(Clone)]
struct Running {
    plan: usize,
    pending: Option<usize>,
    ends_with_period: bool,
    is_late: bool,
    in_trial: bool,
    /// Periods are counted from here.
    anchor: OffsetDateTime,
    /// How many are over.
    over: i32,
    given: i64,
}

#[derive(Default)]
struct Model {
    running: Option<Running>,
    last_plan: Option<usize>,
    had_trial: bool,
    balance: i64,
}

impl Running {
    fn end(&self) -> OffsetDateTime {
        if self.in_trial { self.anchor } else { months_later(self.anchor, self.over + 1) }
    }
}

impl Model {
    fn pass(&mut self, now: OffsetDateTime) {
        while let Some(mut running) = self.running.take_if(|running| running.end() <= now) {
            if running.ends_with_period {
                continue;
            }
            running.over = if running.in_trial { 0 } else { running.over + 1 };
            running.in_trial = false;
            running.plan = running.pending.take().unwrap_or(running.plan);
            running.given = 0;
            self.go_on(running);
        }
    }

    /// Gives what the plan gives beyond what was given in the period.
    fn go_on(&mut self, mut running: Running) {
        let credits = PLANS[running.plan].2;
        if !running.is_late && credits > running.given {
            self.balance += credits - running.given;
            running.given = credits;
        }
        self.last_plan = Some(running.plan);
        self.running = Some(running);
    }

    /// Whether the action is taken.
    fn act(&mut self, action: SubscriptionAction, chosen: usize, waits: Option<bool>, now: OffsetDateTime) -> bool {
        if action == SubscriptionAction::Grant {
            let is_there = self.running.as_ref().is_some_and(|running| {
                running.plan == chosen && running.pending.is_none() && !running.ends_with_period
            });
            if !is_there {
                let days = if self.had_trial { 0 } else { PLANS[chosen].3 };
                self.had_trial |= days > 0;
                self.go_on(Running {
                    plan: chosen,
                    pending: None,
                    ends_with_period: false,
                    is_late: false,
                    in_trial: days > 0,
                    anchor: now + time::Duration::days(days.into()),
                    over: 0,
                    given: 0,
                });
            }
            return true;
        }
        let Some(mut running) = self.running.take() else { return false };
        let before = running.clone();
        let is_taken = match action {
            SubscriptionAction::Change if running.plan == chosen => {
                running.pending = None;
                true
            }
            SubscriptionAction::Change => match waits.unwrap_or(PLANS[chosen].1 < PLANS[running.plan].1) {
                true if running.ends_with_period => false,
                true => {
                    running.pending = Some(chosen);
                    true
                }
                false => {
                    running.pending = None;
                    running.plan = chosen;
                    true
                }
            },
            SubscriptionAction::Cancel if waits == Some(true) => {
                running.ends_with_period = true;
                running.pending = None;
                true
            }
            SubscriptionAction::Cancel => return true,
            SubscriptionAction::Reactivate => {
                running.ends_with_period = false;
                true
            }
            SubscriptionAction::MarkPastDue | SubscriptionAction::MarkPaid if running.in_trial => false,
            _ => {
                running.is_late = action == SubscriptionAction::MarkPastDue;
                true
            }
        };
        self.go_on(if is_taken { running } else { before });
        is_taken
    }
}

fn months_later(anchor: OffsetDateTime, months: i32) -> OffsetDateTime {
    let page = anchor.year() * 12 + i32::from(u8::from(anchor.month())) - 1 + months;
    let (year, month) = (page / 12, Month::try_from(u8::try_from(page % 12 + 1).unwrap()).unwrap());
    let day = anchor.day().min(month.length(year));
    anchor.replace_date(Date::from_calendar_date(year, month, day).unwrap())
}

async fn walk(seed: u64) {
    let entropy = Entropy::seeded(seed);
    let below = |bound: usize| usize::try_from(entropy.below(bound as u64)).unwrap();
    let world = World::new().await;
    let offer = PLANS.map(|(code, price_cents, credits_amount, trial_days)| Plan {
        price_cents,
        credits_amount,
        trial_days,
        features: Vec::new(),
        ..plan(code)
    });
    world.offer(offer.to_vec()).await;
    let ((user, organization), administrator) = (world.organization(), world.another_administrator());
    let mut model = Model::default();
    let mut said = Vec::new();
    for step in 0..STEPS {
        if below(2) == 0 {
            world.clock.advance(Duration::from_secs(3600 * entropy.below(24 * 45)));
        }
        if below(3) == 0 {
            world.do_periodic_work().await;
        }
        let now =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(world.clock.now().millis()) * 1_000_000).unwrap();
        model.pass(now);
        let action = SubscriptionAction::try_from(i32::try_from(1 + below(6)).unwrap()).unwrap();
        let chosen = below(PLANS.len());
        let names_plan = [SubscriptionAction::Grant, SubscriptionAction::Change].contains(&action);
        let may_wait = [SubscriptionAction::Change, SubscriptionAction::Cancel].contains(&action);
        let waits = [None, Some(true), Some(false)][below(3)].filter(|_| may_wait);
        let plan_code = names_plan.then_some(PLANS[chosen].0);
        said.push(format!("{now}: {action:?} {plan_code:?} {waits:?}"));
        let is_taken = model.act(action, chosen, waits, now);
        let answer = world.change(administrator, organization, action, plan_code, waits).await;
        assert_eq!(answer.is_ok(), is_taken, "seed {seed}, step {step}: {answer:?}\n{}", said.join("\n"));
        compare(&world, (user, organization), &model, &format!("seed {seed}, step {step}\n{}", said.join("\n"))).await;
    }
}

async fn compare(world: &World, (user, organization): (Uuid, Uuid), model: &Model, told: &str) {
    let subscription = world.subscription(user, organization).await;
    let name = |plan: Option<usize>| plan.map(|plan| PLANS[plan].0);
    match &model.running {
        None => {
            let expected =
                if model.last_plan.is_some() { SubscriptionStatus::Canceled } else { SubscriptionStatus::None };
            assert_eq!(subscription.status(), expected, "{told}");
            assert_eq!(subscription.plan_code.as_deref(), name(model.last_plan), "{told}");
        }
        Some(running) => {
            let expected = match (running.in_trial, running.is_late) {
                (true, _) => SubscriptionStatus::Trialing,
                (false, true) => SubscriptionStatus::PastDue,
                (false, false) => SubscriptionStatus::Active,
            };
            assert_eq!(subscription.status(), expected, "{told}");
            assert_eq!(subscription.plan_code.as_deref(), name(Some(running.plan)), "{told}");
            assert_eq!(subscription.pending_plan_code.as_deref(), name(running.pending), "{told}");
            assert_eq!(subscription.cancel_at_period_end, running.ends_with_period, "{told}");
            let end = subscription.current_period_end.unwrap().seconds;
            assert_eq!(end, running.end().unix_timestamp(), "{told}");
        }
    }
    assert_eq!(world.balance(user, organization).await, model.balance, "{told}");
    let sum: i64 = world.ledger(user, organization).await.iter().map(|entry| entry.amount_delta).sum();
    assert_eq!(sum, model.balance, "{told}");
}

#[tokio::test]
async fn lives_by_chance_go_as_a_plain_model_of_them_does() {
    for seed in 0..12 {
        walk(seed).await;
    }
}
