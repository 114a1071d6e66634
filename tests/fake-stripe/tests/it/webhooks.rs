//! Events on their way.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use fake_stripe::{FakeStripe, Order, sign};
use serde_json::Value;

use crate::client::{START, fake};

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

/// Hears events, and refuses each as often as it is told to.
async fn listener(refusals: usize) -> (Heard, String) {
    let heard = Heard::default();
    let left = Arc::new(Mutex::new(refusals));
    let hear = async move |State(heard): State<Heard>, headers: HeaderMap, body: Bytes| {
        assert_eq!(headers["stripe-signature"], sign("whsec_t", START, &body));
        let mut left = left.lock().unwrap();
        if *left > 0 {
            *left -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
        let event: Value = serde_json::from_slice(&body).unwrap();
        heard.0.lock().unwrap().push(event["id"].as_str().unwrap().to_owned());
        StatusCode::OK
    };
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", socket.local_addr().unwrap());
    let app = Router::new().route("/hook", post(hear)).with_state(heard.clone());
    tokio::spawn(async move { axum::serve(socket, app).await });
    (heard, url)
}

async fn make_events(fake: &FakeStripe, count: usize) -> Vec<String> {
    for _ in 0..count {
        fake.test.add_customer(None, Default::default());
    }
    fake.test.events().into_iter().map(|event| event.id).collect()
}

#[tokio::test]
async fn events_are_signed_and_come_in_their_order() {
    let (fake, (heard, url)) = (fake().await, listener(0).await);
    fake.test.send_webhooks_to(&url, "whsec_t");
    let made = make_events(&fake, 5).await;
    fake.test.webhooks_sent().await;
    assert_eq!(*heard.0.lock().unwrap(), made);
}

#[tokio::test]
async fn an_event_that_is_refused_is_sent_again() {
    let (fake, (heard, url)) = (fake().await, listener(2).await);
    fake.test.send_webhooks_to(&url, "whsec_t");
    let made = make_events(&fake, 2).await;
    fake.test.webhooks_sent().await;
    assert_eq!(*heard.0.lock().unwrap(), made);
}

#[tokio::test]
async fn events_are_held_back_mixed_and_doubled_on_demand() {
    let (fake, (heard, url)) = (fake().await, listener(0).await);
    fake.test.send_webhooks_to(&url, "whsec_t");
    fake.test.hold_webhooks();
    let made = make_events(&fake, 20).await;
    fake.test.webhooks_sent().await;
    assert!(heard.0.lock().unwrap().is_empty());

    fake.test.release_webhooks(Order::Shuffled { seed: 7, copies: 2 });
    fake.test.webhooks_sent().await;
    let mut heard: Vec<String> = heard.0.lock().unwrap().clone();
    let twice: Vec<String> = made.iter().flat_map(|id| [id.clone(), id.clone()]).collect();
    assert_ne!(heard, twice);
    heard.sort();
    assert_eq!(heard, twice);
}

#[tokio::test]
async fn an_event_can_be_sent_by_hand_and_once_more() {
    let (fake, (heard, url)) = (fake().await, listener(0).await);
    fake.test.send_webhooks_to(&url, "whsec_t");
    fake.test.hold_webhooks();
    let made = make_events(&fake, 2).await;
    fake.test.lose_webhooks();
    assert_eq!(fake.test.deliver(&made[1]).await, Some(200));
    assert_eq!(fake.test.deliver("evt_none").await, None);
    fake.test.resend(&made[0]);
    fake.test.release_webhooks(Order::AsMade);
    fake.test.webhooks_sent().await;
    assert_eq!(*heard.0.lock().unwrap(), [made[1].clone(), made[0].clone()]);
}

/// Presses a button of the first page; answers the page that it leads to.
async fn press(fake: &FakeStripe, action: &str) -> String {
    let pressed = reqwest::Client::new().post(format!("{}{action}", fake.base_url())).send().await.unwrap();
    assert!(pressed.status().is_success(), "{action}: {}", pressed.status());
    pressed.text().await.unwrap()
}

#[tokio::test]
async fn by_hand_events_are_held_back_and_cards_declined_on_the_first_page() {
    let (fake, (heard, url)) = (fake().await, listener(0).await);
    fake.test.send_webhooks_to(&url, "whsec_t");
    press(&fake, "/events?mode=0&do=hold").await;
    let made = make_events(&fake, 3).await;
    let page = press(&fake, "/advance?mode=1&days=1").await;
    assert!(page.contains("3 events wait") && page.contains("/events?mode=0&amp;do=mix"), "{page}");
    assert!(heard.0.lock().unwrap().is_empty());
    press(&fake, "/events?mode=0&do=mix").await;
    fake.test.webhooks_sent().await;
    let mut told = heard.0.lock().unwrap().clone();
    told.sort();
    let mut twice = [made.clone(), made].concat();
    twice.sort();
    assert_eq!(told, twice);

    let customer = fake.test.customers()[0].id.clone();
    let page = press(&fake, &format!("/card?mode=0&do=decline&customer={customer}")).await;
    assert!(page.contains(&format!("Take the card of {customer}")), "{page}");
    let page = press(&fake, &format!("/card?mode=0&do=take&customer={customer}")).await;
    assert!(page.contains(&format!("Decline the card of {customer}")), "{page}");
}
