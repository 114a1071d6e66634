//! Events on their way to whoever listens: signed, sent in the order that is wanted, and sent again when refused.

use std::collections::VecDeque;
use std::time::Duration;

use aws_lc_rs::hmac;

use crate::account::Account;

/// How often an event is sent that nobody takes.
const MOST_TRIES: u32 = 12;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// The pause before an event is sent for the second time; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Where events go and what they are signed with.
#[derive(Clone)]
pub struct Endpoint {
    pub url: String,
    pub secret: String,
}

/// In which order events that were held back are sent.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// As they happened, each once.
    AsMade,
    /// Mixed by this seed, each so many times.
    Shuffled {
        /// The same seed gives the same order.
        seed: u64,
        /// How many times each event is sent.
        copies: usize,
    },
}

/// What waits to be sent.
#[derive(Default)]
pub struct Queue {
    pub endpoint: Option<Endpoint>,
    pub is_held: bool,
    pub waiting: VecDeque<String>,
    pub is_sending: bool,
}

/// The header `Stripe-Signature` of a body that is sent at this second.
pub fn sign(secret: &str, seconds: i64, body: &[u8]) -> String {
    format!("t={seconds},v1={}", signature(secret, seconds, body))
}

fn signature(secret: &str, seconds: i64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    context.update(format!("{seconds}.").as_bytes());
    context.update(body);
    context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts events into the order.
pub fn arrange(events: Vec<String>, order: Order) -> Vec<String> {
    let Order::Shuffled { seed, copies } = order else { return events };
    let mut all: Vec<String> = events.iter().flat_map(|event| std::iter::repeat_n(event.clone(), copies)).collect();
    let mut state = seed;
    for last in (1..all.len()).rev() {
        // A plain linear congruential generator: what matters is that it is the same everywhere.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(state >> 33).unwrap_or(0) % (last + 1);
        all.swap(last, other);
    }
    all
}

/// Sends what waits, one event after the other, as long as the account lives.
pub async fn send_all(account: Account) {
    loop {
        let Some(event) = account.next_to_send() else {
            account.has_news().await;
            continue;
        };
        let mut pause = FIRST_PAUSE;
        for _ in 0..MOST_TRIES {
            if account.deliver(&event).await.is_some_and(|status| (200..300).contains(&status)) {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
        account.sent();
    }
}

/// Sends one body and answers the status, or `None` when there was no answer.
pub async fn post(client: &reqwest::Client, endpoint: &Endpoint, seconds: i64, body: Vec<u8>) -> Option<u16> {
    let request = client
        .post(&endpoint.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (a fake)")
        .header("stripe-signature", sign(&endpoint.secret, seconds, &body))
        .timeout(PATIENCE)
        .body(body);
    Some(request.send().await.ok()?.status().as_u16())
}
