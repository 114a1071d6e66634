//! `RevocationService`.

use std::pin::Pin;

use contracts::identity::v1 as proto;
use contracts::identity::v1::revocation_service_server::RevocationService;
use futures_util::Stream;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::wire::revocations::resume_point;

pub struct Revocation {
    context: Context,
}

impl Revocation {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl RevocationService for Revocation {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<proto::WatchResponse, Status>> + Send>>;

    async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let listener = self.context.revocations.listen(resume_point(request.into_inner()))?;
        Ok(Response::new(Box::pin(listener.messages())))
    }
}
