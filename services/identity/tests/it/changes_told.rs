//! Narrowing changes as another service would tell them, in a test's hand.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use contracts::billing::v1 as billing;
use contracts::billing::v1::entitlement_change_service_server::EntitlementChangeService;
use contracts::changes::v1::{Change, ChangeKind, Changes};
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::organization_change_service_server::OrganizationChangeService;
use futures_util::{Stream, StreamExt, stream};
use test_kit::START;
use tokio::sync::watch;
use tonic::{Request, Response, Status};

/// As the services themselves do.
const LARGEST: usize = 2_000;
const HEARTBEAT: Duration = Duration::from_millis(100);

/// What a service tells, and how.
#[derive(Clone, Default)]
struct Record {
    changes: Vec<Change>,
    position: i64,
    age_ms: i64,
    is_silent: bool,
    is_down: bool,
    /// Ends the streams that began before.
    cuts: u64,
    subscriptions: usize,
}

/// The record of a service. Clones are the same one.
#[derive(Clone, Default)]
pub struct ChangesTold(Arc<watch::Sender<Record>>);

impl ChangesTold {
    /// Another change; its position.
    pub fn tell(&self, kind: ChangeKind, change: Change) -> i64 {
        self.0.send_modify(|record| {
            record.position += 1;
            let made_at = change.made_at.or(Some(START.into()));
            record.changes.push(Change { position: record.position, kind: kind.into(), made_at, ..change });
        });
        self.0.borrow().position
    }

    /// Many changes in one go.
    pub fn tell_many(&self, count: usize, change: impl Fn(usize) -> Change) {
        self.0.send_modify(|record| {
            for number in 0..count {
                record.position += 1;
                let made_at = Some(START.into());
                record.changes.push(Change { position: record.position, made_at, ..change(number) });
            }
        });
    }

    /// As if a backup of then was put in place of the record.
    pub fn put_back(&self, position: i64) {
        self.0.send_modify(|record| {
            record.changes.retain(|change| change.position <= position);
            record.position = position;
            record.cuts += 1;
        });
    }

    /// Forgets all that was told, as a service does of what is over.
    pub fn forget(&self) {
        self.0.send_modify(|record| record.changes.clear());
    }

    pub fn cut(&self) {
        self.0.send_modify(|record| record.cuts += 1);
    }

    pub fn be_silent(&self, is_silent: bool) {
        self.0.send_modify(|record| record.is_silent = is_silent);
    }

    pub fn be_down(&self, is_down: bool) {
        self.0.send_modify(|record| {
            record.is_down = is_down;
            record.cuts += 1;
        });
    }

    /// How long ago its position was the latest for certain, as it says.
    pub fn be_old(&self, age: Duration) {
        self.0.send_modify(|record| record.age_ms = i64::try_from(age.as_millis()).unwrap());
    }

    pub fn subscriptions(&self) -> usize {
        self.0.borrow().subscriptions
    }

    fn stream(&self) -> Result<impl Stream<Item = Result<Changes, Status>> + Send + use<>, Status> {
        self.0.send_modify(|record| record.subscriptions += 1);
        let record = self.0.subscribe();
        if record.borrow().is_down {
            return Err(Status::unavailable("nobody listens"));
        }
        let begun_at = record.borrow().cuts;
        Ok(stream::unfold((record, None, false), move |(mut record, told, mut has_waited)| async move {
            loop {
                let now = record.borrow_and_update().clone();
                if now.cuts != begun_at {
                    return Some((Err(Status::unavailable("cut")), (record, told, has_waited)));
                }
                let is_due = told.is_none_or(|told| told < now.position) || std::mem::take(&mut has_waited);
                if is_due && !now.is_silent {
                    let part = now.part_after(told);
                    let told = Some(part.position);
                    return Some((Ok(part), (record, told, false)));
                }
                tokio::select! {
                    changed = record.changed() => changed.unwrap(),
                    () = tokio::time::sleep(HEARTBEAT) => has_waited = true,
                }
            }
        }))
    }
}

impl Record {
    fn part_after(&self, told: Option<i64>) -> Changes {
        let later = self.changes.iter().filter(|change| change.position > told.unwrap_or_default());
        let changes: Vec<_> = later.take(LARGEST).cloned().collect();
        let is_all = changes.len() < LARGEST || changes.last().map(|change| change.position) == Some(self.position);
        let position = if is_all { self.position } else { changes.last().unwrap().position };
        Changes { changes, position, age_ms: self.age_ms, has_more: !is_all }
    }
}

#[tonic::async_trait]
impl OrganizationChangeService for ChangesTold {
    type WatchOrganizationChangesStream =
        Pin<Box<dyn Stream<Item = Result<organizations::WatchOrganizationChangesResponse, Status>> + Send>>;

    async fn watch_organization_changes(
        &self,
        _: Request<organizations::WatchOrganizationChangesRequest>,
    ) -> Result<Response<Self::WatchOrganizationChangesStream>, Status> {
        let tell = |changes| organizations::WatchOrganizationChangesResponse { changes: Some(changes) };
        Ok(Response::new(Box::pin(self.stream()?.map(move |part| part.map(tell)))))
    }
}

#[tonic::async_trait]
impl EntitlementChangeService for ChangesTold {
    type WatchEntitlementChangesStream =
        Pin<Box<dyn Stream<Item = Result<billing::WatchEntitlementChangesResponse, Status>> + Send>>;

    async fn watch_entitlement_changes(
        &self,
        _: Request<billing::WatchEntitlementChangesRequest>,
    ) -> Result<Response<Self::WatchEntitlementChangesStream>, Status> {
        let tell = |changes| billing::WatchEntitlementChangesResponse { changes: Some(changes) };
        Ok(Response::new(Box::pin(self.stream()?.map(move |part| part.map(tell)))))
    }
}
