//! `RevocationService/Watch` as a source to follow.

use contracts::identity::v1::WatchResponse;
use contracts::identity::v1::revocation_service_client::RevocationServiceClient;
use token_verification::{FeedMessage, ResumePoint, RevocationSource, RevocationSubscription, SourceError};
use tonic::Streaming;
use tonic::body::Body;
use tonic::client::GrpcService;

use crate::message::{feed_message, watch_request};

/// The largest message taken: 2,000 changes of each service, with room.
const LARGEST_MESSAGE: usize = 4 * 1024 * 1024;

/// Subscribes over `channel`, which shows whatever credential the calls need.
#[derive(Clone, Debug)]
pub struct GrpcSource<C> {
    channel: C,
}

impl<C> GrpcSource<C> {
    /// A source behind this channel.
    pub const fn new(channel: C) -> Self {
        Self { channel }
    }
}

/// The messages of one subscription.
#[derive(Debug)]
pub struct GrpcSubscription(Streaming<WatchResponse>);

impl<C> RevocationSource for GrpcSource<C>
where
    C: GrpcService<Body> + Clone + Send + Sync,
    C::Error: Into<SourceError>,
    C::Future: Send,
    C::ResponseBody: tonic::codegen::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <C::ResponseBody as tonic::codegen::Body>::Error: Into<SourceError> + Send,
{
    type Subscription = GrpcSubscription;

    async fn subscribe(&mut self, from: Option<ResumePoint>) -> Result<GrpcSubscription, SourceError> {
        let mut client = RevocationServiceClient::new(self.channel.clone()).max_decoding_message_size(LARGEST_MESSAGE);
        Ok(GrpcSubscription(client.watch(watch_request(from)).await?.into_inner()))
    }
}

impl RevocationSubscription for GrpcSubscription {
    async fn next(&mut self) -> Result<Option<FeedMessage>, SourceError> {
        while let Some(response) = self.0.message().await? {
            if let Ok(message) = feed_message(response) {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }
}
