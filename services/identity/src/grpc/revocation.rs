//! `RevocationService`.

use std::pin::Pin;

use contracts::identity::v1 as proto;
use contracts::identity::v1::revocation_service_server::RevocationService;
use futures_util::Stream;
use service_kit::authentication::server_key;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::revocations::listening_by_key;
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
        let Context { upstreams, entropy, .. } = &self.context;
        // Without a key it is a service that calls: the policy lets nobody else in.
        let key = server_key(&request).ok();
        if let Some(key) = &key {
            upstreams.authorize_listener(key).await?;
        }
        let listener = self.context.revocations.listen(resume_point(request.into_inner()))?;
        let messages: Self::WatchStream = match key {
            None => Box::pin(listener.messages()),
            Some(key) => {
                let upstreams = upstreams.clone();
                let ask = move || {
                    let (upstreams, key) = (upstreams.clone(), key.clone());
                    async move { upstreams.authorize_listener(&key).await }
                };
                Box::pin(listening_by_key(listener.messages(), ask, entropy.clone()))
            }
        };
        Ok(Response::new(messages))
    }
}
