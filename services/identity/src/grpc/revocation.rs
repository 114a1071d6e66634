//! `RevocationService`.

use std::pin::Pin;
use std::sync::Arc;

use contracts::identity::v1 as proto;
use futures_util::Stream;
use service_kit::authentication::server_key;
use service_kit::{Refusal, ServerKeySecret};
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::revocations::listening_by_key;
use crate::upstreams::Upstreams;
use crate::wire::revocations::{Encoded, resume_point};

/// Billing is asked about so many keys at once. Anybody may show something that looks like one: while billing takes its time,
/// those who wait must not fill identity.
const ASKED_AT_ONCE: usize = 32;

/// What a listener hears.
pub type Messages = Pin<Box<dyn Stream<Item = Result<Encoded, Status>> + Send>>;

pub struct Revocation {
    context: Context,
    asking: Arc<Semaphore>,
}

impl Revocation {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone(), asking: Arc::new(Semaphore::new(ASKED_AT_ONCE)) }
    }

    pub async fn watch(&self, request: Request<proto::WatchRequest>) -> Result<Response<Messages>, Status> {
        let Context { upstreams, entropy, revocations, .. } = &self.context;
        // Without a key it is a service that calls: the policy lets nobody else in.
        let key = server_key(&request).ok();
        let from = resume_point(request.into_inner());
        let messages: Messages = match key {
            None => Box::pin(revocations.listen(from)?.messages()),
            Some(key) => {
                judge(&self.asking, upstreams, &key).await?;
                let listener = revocations.listen_by_key(key.hash(), from)?;
                let (asking, upstreams) = (Arc::clone(&self.asking), upstreams.clone());
                let ask = move || {
                    let (asking, upstreams, key) = (Arc::clone(&asking), upstreams.clone(), key.clone());
                    async move { judge(&asking, &upstreams, &key).await }
                };
                Box::pin(listening_by_key(listener.messages(), ask, entropy.clone()))
            }
        };
        Ok(Response::new(messages))
    }
}

/// Whether the key will do, as billing says. SERVICE_UNAVAILABLE when billing does not say, or is asked about many others.
async fn judge(asking: &Semaphore, upstreams: &Upstreams, key: &ServerKeySecret) -> Result<(), Status> {
    let _place = asking.try_acquire().map_err(|_| Refusal::unavailable("many keys are being looked up"))?;
    upstreams.authorize_listener(key).await
}
