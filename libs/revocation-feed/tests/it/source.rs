//! Following the RPC.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use contracts::identity::v1 as proto;
use contracts::identity::v1::revocation_service_server::{RevocationService, RevocationServiceServer};
use contracts::identity::v1::watch_response::Message;
use futures_util::{Stream, StreamExt, stream};
use revocation_feed::GrpcSource;
use token_verification::{FeedState, Position, RevocationFeed, follow};
use tokio::sync::Notify;
use tonic::{Request, Response, Status};

const EPOCH: &str = "first";

/// Tells its beginning to whoever asks, and ends each stream when told to.
#[derive(Clone, Default)]
struct Teller {
    asked: Arc<Mutex<Vec<proto::WatchRequest>>>,
    end: Arc<Notify>,
}

fn response(message: Message) -> Result<proto::WatchResponse, Status> {
    Ok(proto::WatchResponse { message: Some(message) })
}

#[tonic::async_trait]
impl RevocationService for Teller {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        self.asked.lock().unwrap().push(request.into_inner());
        let positions = Some(proto::Positions { identity: 1, organizations: 2, billing: 3 });
        let beginning = [
            Message::Snapshot(proto::RevocationSnapshot {
                epoch: EPOCH.to_owned(),
                is_last: true,
                through: positions,
                token_lifetime_seconds: 300,
                ..Default::default()
            }),
            Message::Heartbeat(proto::RevocationHeartbeat {
                epoch: EPOCH.to_owned(),
                positions,
                silence_ms: 0,
                elapsed_ms: Some(9),
            }),
        ];
        let beginning = [Ok(proto::WatchResponse::default())].into_iter().chain(beginning.map(response));
        let end = Arc::clone(&self.end);
        let ending = stream::once(async move {
            end.notified().await;
            Err(Status::unavailable("the teller stops"))
        });
        Ok(Response::new(Box::pin(stream::iter(beginning).chain(ending))))
    }
}

#[tokio::test]
async fn a_follower_hears_and_goes_on_where_it_was() {
    let teller = Teller::default();
    let feed = RevocationFeed::new();
    let source = GrpcSource::new(RevocationServiceServer::new(teller.clone()));
    let following = tokio::spawn(follow(feed.clone(), source, |_| ()));

    let known: Position = "o:2".parse().unwrap();
    assert!(feed.wait_for(known, std::time::Duration::from_secs(10)).await);
    while feed.state() != FeedState::Fresh {
        tokio::task::yield_now().await;
    }
    teller.end.notify_one();
    while teller.asked.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    following.abort();

    let asked = teller.asked.lock().unwrap().clone();
    assert_eq!(asked[0].from, None);
    let from = asked[1].from.clone().unwrap();
    let positions = Some(proto::Positions { identity: 1, organizations: 2, billing: 3 });
    assert_eq!((from.epoch.as_str(), from.positions), (EPOCH, positions));
}
