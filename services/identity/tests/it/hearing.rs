//! Somebody who hears the feed of revocations.

use std::time::Duration;

use contracts::identity::v1 as proto;
use contracts::identity::v1::revocation_service_client::RevocationServiceClient;
use contracts::identity::v1::watch_response::Message;
use service_kit::{ErrorReason, Microservice};
use test_kit::service_secrets;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Status, Streaming};

/// Far more than any test waits for what comes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A feed that runs, as in a service that is served, until this is dropped.
pub struct Running {
    stop: CancellationToken,
    _ends: DropGuard,
}

impl Running {
    pub fn new(identity: &Microservice) -> Self {
        let stop = CancellationToken::new();
        tokio::spawn(identity.changes().expect("a tail").clone().run(stop.clone()));
        for work in identity.continuous() {
            tokio::spawn(work.run(stop.clone()));
        }
        Self { stop: stop.clone(), _ends: stop.drop_guard() }
    }

    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// A subscription.
pub struct Hearing(Streaming<proto::WatchResponse>);

/// What a snapshot told.
pub struct Snapshot {
    pub parts: Vec<proto::RevocationSnapshot>,
    pub jwks: String,
}

impl Snapshot {
    pub fn epoch(&self) -> String {
        self.parts[0].epoch.clone()
    }

    pub fn through(&self) -> proto::Positions {
        self.parts[0].through.unwrap()
    }

    /// Positions of all changes, service by service.
    pub fn positions(&self) -> [Vec<i64>; 3] {
        let of = |pick: fn(&proto::RevocationChanges) -> &Vec<contracts::changes::v1::Change>| {
            let parts = self.parts.iter().map(|part| part.changes.as_ref().unwrap());
            parts.flat_map(|changes| pick(changes).iter().map(|change| change.position)).collect()
        };
        [of(|changes| &changes.identity), of(|changes| &changes.organizations), of(|changes| &changes.billing)]
    }
}

pub async fn watch(identity: &Microservice, from: Option<proto::ResumePoint>) -> Result<Hearing, Status> {
    let channel = identity.in_process().with_credential(&service_secrets());
    let mut feed = RevocationServiceClient::new(channel);
    Ok(Hearing(feed.watch(proto::WatchRequest { from }).await?.into_inner()))
}

/// As a program outside of the deployment, which shows this key, or something else, or nothing.
pub async fn watch_by(identity: &Microservice, bearer: Option<&str>) -> Result<Hearing, Status> {
    watch_by_from(identity, bearer, None).await
}

/// The same, going on from somewhere.
pub async fn watch_by_from(
    identity: &Microservice,
    bearer: Option<&str>,
    from: Option<proto::ResumePoint>,
) -> Result<Hearing, Status> {
    let mut request = tonic::Request::new(proto::WatchRequest { from });
    if let Some(bearer) = bearer {
        request.metadata_mut().insert("authorization", format!("Bearer {bearer}").parse().unwrap());
    }
    let mut feed = RevocationServiceClient::new(identity.in_process());
    Ok(Hearing(feed.watch(request).await?.into_inner()))
}

impl Hearing {
    /// Subscribes as soon as the feed runs.
    pub async fn begin(identity: &Microservice) -> Self {
        Self::resume(identity, None).await
    }

    pub async fn resume(identity: &Microservice, from: Option<proto::ResumePoint>) -> Self {
        let trying = async {
            loop {
                match watch(identity, from.clone()).await {
                    Ok(hearing) => return hearing,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, trying).await.expect("the feed runs")
    }

    pub async fn next(&mut self) -> Result<Message, Status> {
        let message = tokio::time::timeout(PATIENCE, self.0.message()).await.expect("something to hear")?;
        message.ok_or_else(|| Status::unknown("closed without a word"))?.message.ok_or_else(|| Status::unknown("empty"))
    }

    /// The keys and all parts, which must come first.
    pub async fn snapshot(&mut self) -> Snapshot {
        let Message::Keys(keys) = self.next().await.unwrap() else { panic!("the keys come first") };
        let mut parts: Vec<proto::RevocationSnapshot> = Vec::new();
        while parts.last().is_none_or(|last| !last.is_last) {
            let Message::Snapshot(part) = self.next().await.unwrap() else { panic!("then the snapshot") };
            assert_eq!(part.part as usize, parts.len());
            parts.push(part);
        }
        Snapshot { parts, jwks: keys.jwks_json }
    }

    /// Hears on until this fits.
    pub async fn until<T>(&mut self, fits: impl Fn(Message) -> Option<T>) -> T {
        loop {
            if let Some(found) = fits(self.next().await.expect("more to hear")) {
                return found;
            }
        }
    }

    /// Hears on until a sign of life fits.
    pub async fn heartbeat(
        &mut self,
        fits: impl Fn(&proto::RevocationHeartbeat) -> bool,
    ) -> proto::RevocationHeartbeat {
        self.until(|message| match message {
            Message::Heartbeat(heartbeat) if fits(&heartbeat) => Some(heartbeat),
            _ => None,
        })
        .await
    }

    /// Hears on until it is cut.
    pub async fn cut(&mut self) {
        let ended = loop {
            if let Err(status) = self.next().await {
                break status;
            }
        };
        assert_eq!(service_kit::refusal::reason_of(&ended), Some(ErrorReason::ServiceUnavailable), "{ended:?}");
    }
}
