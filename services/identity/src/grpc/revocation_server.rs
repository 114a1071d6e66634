//! Serves `RevocationService` with messages that are encoded already. What the contract generates encodes each message anew for
//! each of thousands who hear it; this hands the same bytes to all of them, and is the same on the wire.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use contracts::identity::v1::WatchRequest;
use contracts::identity::v1::revocation_service_server::SERVICE_NAME;
use tonic::body::Body;
use tonic::codec::{BufferSettings, Codec, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstDecoder;

use super::revocation::{Messages, Revocation};
use crate::wire::revocations::Encoded;

const WATCH: &str = "/guildhall.identity.v1.RevocationService/Watch";
/// Memory that each listener's messages are gathered in, and up to how much is sent at once, in bytes.
const GATHERED: (usize, usize) = (1024, 32 * 1024);

/// The server. Cheap to clone.
#[derive(Clone)]
pub struct RevocationServer(Arc<Revocation>);

impl RevocationServer {
    pub fn new(revocation: Revocation) -> Self {
        Self(Arc::new(revocation))
    }
}

impl NamedService for RevocationServer {
    const NAME: &'static str = SERVICE_NAME;
}

impl Service<http::Request<Body>> for RevocationServer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let watch = Watch(Arc::clone(&self.0));
        Box::pin(async move {
            if request.uri().path() != WATCH {
                return Ok(Status::unimplemented("").into_http());
            }
            Ok(Grpc::new(Telling).server_streaming(watch, request).await)
        })
    }
}

struct Watch(Arc<Revocation>);

impl ServerStreamingService<WatchRequest> for Watch {
    type Response = Encoded;
    type ResponseStream = Messages;
    type Future = BoxFuture<Response<Messages>, Status>;

    fn call(&mut self, request: Request<WatchRequest>) -> Self::Future {
        let revocation = Arc::clone(&self.0);
        Box::pin(async move { revocation.watch(request).await })
    }
}

/// Reads requests as the contract says, and passes on what is encoded.
struct Telling;

impl Codec for Telling {
    type Encode = Encoded;
    type Decode = WatchRequest;
    type Encoder = Self;
    type Decoder = ProstDecoder<WatchRequest>;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> ProstDecoder<WatchRequest> {
        ProstDecoder::default()
    }
}

impl Encoder for Telling {
    type Item = Encoded;
    type Error = Status;

    fn encode(&mut self, message: Encoded, there: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message.write(there);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(GATHERED.0, GATHERED.1)
    }
}
