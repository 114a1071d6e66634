//! `EntitlementChangeService`.

use std::pin::Pin;

use contracts::billing::v1 as proto;
use contracts::billing::v1::entitlement_change_service_server::EntitlementChangeService;
use futures_util::{Stream, StreamExt};
use service_kit::positions::{Portion, Tail, portions};
use tonic::{Request, Response, Status};

pub struct Changes(pub Tail);

type Told = Result<proto::WatchEntitlementChangesResponse, Status>;

#[tonic::async_trait]
impl EntitlementChangeService for Changes {
    type WatchEntitlementChangesStream = Pin<Box<dyn Stream<Item = Told> + Send>>;

    async fn watch_entitlement_changes(
        &self,
        _: Request<proto::WatchEntitlementChangesRequest>,
    ) -> Result<Response<Self::WatchEntitlementChangesStream>, Status> {
        let tell = |portion: Portion| proto::WatchEntitlementChangesResponse { changes: Some(portion.into()) };
        Ok(Response::new(Box::pin(portions(&self.0).map(move |portion| portion.map(tell)))))
    }
}
