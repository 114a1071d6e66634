//! A year of many organizations, told in order to one shop, and mixed, doubled and months late to another.

use std::cell::Cell;
use std::collections::BTreeMap;

use contracts::billing::v1::SubscriptionAction;
use prost_types::Timestamp;
use uuid::Uuid;

use crate::stripe::shop::{DAY, Shop};

const ORGANIZATIONS: usize = 15;

/// What can be told of an organization's billing.
type Standing = (i32, Option<String>, Option<Timestamp>, bool, Option<String>, i64, Vec<String>);

struct Story {
    shop: Shop,
    buyers: Vec<(Uuid, Uuid, String)>,
    hears_in_time: bool,
    /// How many events were heard.
    heard: Cell<usize>,
}

impl Story {
    async fn begin(hears_in_time: bool) -> Self {
        let shop = Shop::open().await;
        let mut buyers = Vec::new();
        for number in 0..ORGANIZATIONS {
            buyers.push(shop.buyer(["cheap", "dear", "yearly"][number % 3]).await);
        }
        Self { shop, buyers, hears_in_time, heard: Cell::new(0) }
    }

    /// The same twelve months, whoever hears of them: what happens to whom depends on their numbers alone.
    async fn live(&self) {
        let account = self.shop.account();
        for month in 0..12 {
            for (number, (_, _, id)) in self.buyers.iter().enumerate() {
                let subscription = account.subscriptions().into_iter().find(|it| it.id == *id).unwrap();
                if subscription.ended_at.is_some() {
                    continue;
                }
                let customer = &subscription.customer;
                match (number * 7 + month * 5) % 23 {
                    0 => account.set_cancel_at_period_end(id, true),
                    1..=3 => account.set_cancel_at_period_end(id, false),
                    4..=5 => account.decline_card(customer, true),
                    6..=9 => {
                        account.decline_card(customer, false);
                        account.retry_payment(id);
                    }
                    10..=12 => {
                        let wanted = if subscription.items.data[0].price.unit_amount == 900 { 3000 } else { 900 };
                        let price = account.prices().into_iter().find(|price| price.unit_amount == wanted).unwrap();
                        account.change_price(id, &price.id);
                    }
                    13 if subscription.status == "past_due" => account.give_up(id, month % 2 == 0),
                    _ => {}
                }
                self.hear().await;
            }
            account.advance(DAY * 31);
            self.hear().await;
        }
    }

    async fn hear(&self) {
        if !self.hears_in_time {
            return;
        }
        let events = self.shop.events();
        for event in &events[self.heard.get()..] {
            self.shop.send(event).await.unwrap();
        }
        self.heard.set(events.len());
        self.shop.world.relay().await;
    }

    async fn standings(&self) -> Vec<Standing> {
        let mut standings = Vec::new();
        for (user, organization, _) in &self.buyers {
            let it = self.shop.subscription(*user, *organization).await;
            let balance = self.shop.world.balance(*user, *organization).await;
            let features = self.shop.world.entitlement(*organization).await.features;
            let (end, cancels) = (it.current_period_end, it.cancel_at_period_end);
            standings.push((it.status, it.plan_code, end, cancels, it.pending_plan_code, balance, features));
        }
        standings
    }
}

#[tokio::test]
async fn a_thousand_events_mixed_and_doubled_end_where_the_same_in_order_do() {
    let (in_order, mixed) = (Story::begin(true).await, Story::begin(false).await);
    in_order.live().await;
    mixed.live().await;

    let mut events = mixed.shop.events();
    let count = events.len();
    events.extend(events.clone());
    assert!(events.len() >= 1000, "{count}");
    shuffle(&mut events, 20_260_101);
    for (number, event) in events.iter().enumerate() {
        mixed.shop.send(event).await.unwrap();
        // Now and then something is read while others are still on their way.
        if number % 97 == 0 {
            mixed.shop.world.relay().await;
        }
    }
    mixed.shop.world.relay().await;

    let (expected, found) = (in_order.standings().await, mixed.standings().await);
    for (number, (expected, found)) in expected.iter().zip(&found).enumerate() {
        assert_eq!(expected, found, "organization {number}");
    }
    let kinds: BTreeMap<i32, usize> = found.iter().fold(BTreeMap::new(), |mut kinds, standing| {
        *kinds.entry(standing.0).or_default() += 1;
        kinds
    });
    assert!(kinds.len() >= 2, "the story is one in which things end differently: {kinds:?}");
}

#[tokio::test]
async fn an_event_that_is_months_late_changes_nothing_back() {
    let shop = Shop::open().await;
    let (user, organization, _) = shop.subscriber("cheap").await;
    let administrator = shop.world.administrator;
    let change = shop.world.change(administrator, organization, SubscriptionAction::Change, Some("dear"), None);
    change.await.unwrap();
    // Said when it was still on the cheap plan, and never heard until now.
    let mut late = shop.latest("customer.subscription.created");
    late["id"] = serde_json::json!("evt_from_long_ago");
    shop.account().advance(DAY * 95);
    shop.world.clock.advance(DAY * 95);
    shop.hear_all().await;
    let before = (shop.subscription(user, organization).await, shop.world.balance(user, organization).await);
    shop.send(late.to_string().as_bytes()).await.unwrap();
    shop.world.relay().await;
    let after = (shop.subscription(user, organization).await, shop.world.balance(user, organization).await);
    assert_eq!(before, after);
    assert_eq!(after.0.plan_code.as_deref(), Some("dear"));
}

/// A fixed seed gives a fixed order.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, usize::try_from(state >> 33).unwrap() % (last + 1));
    }
}
