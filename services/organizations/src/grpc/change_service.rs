//! What identity hears of narrowing changes.

use std::pin::Pin;

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::organization_change_service_server::OrganizationChangeService;
use futures_util::{Stream, StreamExt};
use service_kit::positions::{Portion, Tail, portions};
use tonic::{Request, Response, Status};

pub struct Changes(pub Tail);

type Told = Result<proto::WatchOrganizationChangesResponse, Status>;

#[tonic::async_trait]
impl OrganizationChangeService for Changes {
    type WatchOrganizationChangesStream = Pin<Box<dyn Stream<Item = Told> + Send>>;

    async fn watch_organization_changes(
        &self,
        _: Request<proto::WatchOrganizationChangesRequest>,
    ) -> Result<Response<Self::WatchOrganizationChangesStream>, Status> {
        let tell = |portion: Portion| proto::WatchOrganizationChangesResponse { changes: Some(portion.into()) };
        Ok(Response::new(Box::pin(portions(&self.0).map(move |portion| portion.map(tell)))))
    }
}
