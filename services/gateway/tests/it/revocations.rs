//! What is taken away, as server-sent events.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::watch_response::Message as Said;
use prost::Message;
use reqwest::{Method, RequestBuilder, Response};
use service_kit::limits::STREAMS_IN_A_LANE;
use service_kit::{Entropy, ErrorReason, Refusal, ServerKeySecret};
use token_verification::FeedMessage;
use tokio::sync::broadcast::Sender;
use tokio::time::timeout;

use crate::api::{Api, send};

const WATCH: &str = "identity.v1.RevocationService/Watch";
const PATH: &str = "/api/v1/revocations";
const LONG: Duration = Duration::from_secs(20);

fn said(message: Said) -> proto::WatchResponse {
    proto::WatchResponse { message: Some(message) }
}

fn at(identity: i64) -> Option<proto::Positions> {
    Some(proto::Positions { identity, organizations: 2, billing: 3 })
}

fn heartbeat(identity: i64) -> proto::WatchResponse {
    let heartbeat = proto::RevocationHeartbeat {
        epoch: "first".to_owned(),
        positions: at(identity),
        silence_ms: 7,
        elapsed_ms: Some(9),
    };
    said(Said::Heartbeat(heartbeat))
}

fn beginning() -> Vec<proto::WatchResponse> {
    let part = |part, is_last| {
        said(Said::Snapshot(proto::RevocationSnapshot {
            epoch: "first".to_owned(),
            part,
            is_last,
            through: at(1),
            token_lifetime_seconds: 300,
            changes: None,
        }))
    };
    let keys = said(Said::Keys(proto::RevocationKeys { jwks_json: r#"{"keys":[]}"#.to_owned() }));
    vec![keys, part(0, false), part(1, true), heartbeat(1)]
}

struct World {
    api: Api,
    feed: Sender<Vec<u8>>,
    key: String,
}

impl World {
    async fn new() -> Self {
        let api = Api::start().await;
        let feed = api.stub.streams(WATCH, &beginning());
        Self { api, feed, key: ServerKeySecret::generate(&Entropy::seeded(1)).expose() }
    }

    fn ask(&self) -> RequestBuilder {
        self.api.request(Method::GET, PATH).bearer_auth(&self.key)
    }

    fn tell(&self, response: &proto::WatchResponse) {
        self.feed.send(response.encode_to_vec()).unwrap();
    }
}

/// An event with its type, id and data.
type Event = (String, Option<String>, String);

struct Events {
    response: Response,
    come: String,
}

impl Events {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, come: String::new() }
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.come.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.come = rest;
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let Some(data) = field("data: ") {
                    return Some((field("event: ").unwrap(), field("id: "), data));
                }
                continue;
            }
            let chunk = timeout(LONG, self.response.chunk()).await.expect("the next event comes").ok()??;
            self.come.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn each_message_is_an_event_that_says_where_to_go_on() {
    let world = World::new().await;
    let mut events = Events::of(world.ask()).await;
    let headers = events.response.headers().clone();
    assert_eq!(
        (&headers["content-type"], &headers["cache-control"]),
        (&"text/event-stream".parse().unwrap(), &"no-store".parse().unwrap())
    );
    assert_eq!(headers["x-accel-buffering"], "no");
    assert!(!headers.contains_key("content-encoding") && !headers.contains_key("content-length"));

    let expected =
        [("keys", None), ("snapshot", None), ("snapshot", Some("first/1.2.3")), ("heartbeat", Some("first/1.2.3"))];
    for (kind, id) in expected {
        let (told, told_id, data) = events.next().await.unwrap();
        assert_eq!((told.as_str(), told_id.as_deref()), (kind, id));
        let message: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(message["type"], kind);
        assert!(serde_json::from_str::<FeedMessage>(&data).is_ok(), "{data}");
    }
    world.tell(&heartbeat(4));
    let (_, id, data) = events.next().await.unwrap();
    assert_eq!(id.as_deref(), Some("first/4.2.3"));
    assert!(data.contains(r#""silence_ms":7,"elapsed_ms":9"#), "{data}");
}

#[tokio::test]
async fn whoever_heard_something_goes_on_from_there() {
    let world = World::new().await;
    for (id, from) in [
        (Some("first/4.5.6"), Some((4, 5, 6))),
        (Some("nonsense"), None),
        (Some("first/4.5"), None),
        (Some("/1.2.3"), None),
        (None, None),
    ] {
        let request = id.map_or_else(|| world.ask(), |id| world.ask().header("last-event-id", id));
        let _events = Events::of(request).await;
        let (metadata, asked) = world.api.stub.last::<proto::WatchRequest>(WATCH);
        let told = asked.from.map(|from| (from.epoch, from.positions.unwrap()));
        let told = told.map(|(epoch, at)| {
            assert_eq!(epoch, "first");
            (at.identity, at.organizations, at.billing)
        });
        assert_eq!(told, from, "{id:?}");
        assert_eq!(metadata["authorization"], format!("Bearer {}", world.key));
    }
}

#[tokio::test]
async fn only_keys_and_services_of_the_deployment_are_told() {
    let world = World::new().await;
    let bare = || world.api.request(Method::GET, PATH);
    let wrong = [
        bare(),
        bare().bearer_auth(world.api.token()),
        bare().header("cookie", format!("__Host-guildhall_access={}", world.api.token())),
        bare().header("guildhall-service-credential", "a-wrong-secret-that-is-just-as-long-as-others"),
    ];
    for request in wrong {
        let refused = send(request).await;
        assert_eq!((refused.status, refused.code().as_str()), (401, "UNAUTHORIZED"));
    }
    assert_eq!(world.api.stub.calls(), 0);

    let credential = "a-secret-for-tests-that-is-long-enough";
    let mut events = Events::of(bare().header("guildhall-service-credential", credential)).await;
    assert_eq!(events.next().await.unwrap().0, "keys");
    let (metadata, _) = world.api.stub.last::<proto::WatchRequest>(WATCH);
    assert!(!metadata.contains_key("authorization"));

    // A key counts first, so that nobody's key passes for good by the gateway's own credential.
    let _events = Events::of(world.ask().header("guildhall-service-credential", credential)).await;
    let (metadata, _) = world.api.stub.last::<proto::WatchRequest>(WATCH);
    assert!(metadata.contains_key("authorization"));
}

#[tokio::test]
async fn a_key_that_will_not_do_is_refused_in_the_envelope() {
    let world = World::new().await;
    world.api.stub.refuses(WATCH, Refusal::new(ErrorReason::TokenRevoked, "Ask for another key."));
    let refused = send(world.ask()).await;
    assert_eq!((refused.status, refused.code().as_str()), (401, "TOKEN_REVOKED"));
    world.api.stub.refuses(WATCH, Refusal::unavailable("billing does not answer"));
    let refused = send(world.ask()).await;
    assert_eq!((refused.status, &refused.headers["retry-after"]), (503, &"1".parse().unwrap()));
}

#[tokio::test]
async fn there_are_so_many_listeners_and_no_more_and_ordinary_calls_are_answered_beside_them() {
    let world = World::new().await;
    let mut listening = Vec::new();
    for _ in 0..STREAMS_IN_A_LANE {
        listening.push(Events::of(world.ask()).await);
    }
    let refused = send(world.ask()).await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "SERVICE_UNAVAILABLE"));
    world.api.stub.answers("billing.v1.PlanService/ListPlans", contracts::billing::v1::ListPlansResponse::default());
    assert_eq!(world.api.get_as_nobody("/api/v1/billing/plans").await.status, 200);

    // A place is free again as soon as a listener is gone, though nothing is told meanwhile.
    listening.pop();
    let admitted = async {
        while send_head(&world).await == 503 {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, admitted).await.expect("a place is free");
}

async fn send_head(world: &World) -> u16 {
    world.ask().send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn listeners_are_let_go_at_the_stop() {
    let world = World::new().await;
    let mut events = Events::of(world.ask()).await;
    for _ in 0..4 {
        events.next().await.unwrap();
    }
    world.api.stop.cancel();
    assert_eq!(events.next().await, None);
    timeout(LONG, world.api.served).await.expect("nothing holds the stop up").unwrap().unwrap();
}

#[tokio::test]
async fn a_feed_that_ends_ends_the_events() {
    let world = World::new().await;
    let mut events = Events::of(world.ask()).await;
    for _ in 0..4 {
        events.next().await.unwrap();
    }
    world.api.stub.refuses(WATCH, Refusal::unavailable("gone"));
    drop(world.feed);
    assert_eq!(events.next().await, None);
}
