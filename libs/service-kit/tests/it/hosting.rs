//! A service behind either wire.

use service_kit::serve::{ServeError, serve};
use service_kit::{Channel, Metrics, Microservice};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How a service is reached.
#[derive(Clone, Copy, Debug)]
pub enum Wire {
    InProcess,
    Tcp,
}

impl Wire {
    pub const BOTH: [Self; 2] = [Self::InProcess, Self::Tcp];

    /// The service behind this wire, until what is returned is dropped.
    pub async fn host(self, microservice: Microservice) -> Hosted {
        match self {
            Self::InProcess => Hosted { channel: microservice.in_process(), _stop: None },
            Self::Tcp => {
                let served = Served::start(microservice).await;
                Hosted { channel: served.channel(), _stop: Some(served.stop.drop_guard()) }
            }
        }
    }
}

/// A hosted service's channel.
pub struct Hosted {
    pub channel: Channel,
    _stop: Option<DropGuard>,
}

/// A served service with everything that the test may turn.
pub struct Served {
    pub grpc: String,
    pub ops: std::net::SocketAddr,
    pub stop: CancellationToken,
    pub end: JoinHandle<Result<(), ServeError>>,
}

impl Served {
    pub async fn start(microservice: Microservice) -> Self {
        Self::start_telling(microservice, Metrics::none()).await
    }

    pub async fn start_telling(microservice: Microservice, metrics: Metrics) -> Self {
        let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ops = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stop = CancellationToken::new();
        Self {
            grpc: format!("http://{}", grpc.local_addr().unwrap()),
            ops: ops.local_addr().unwrap(),
            stop: stop.clone(),
            end: tokio::spawn(serve(vec![microservice], contracts::FILE_DESCRIPTOR_SET, grpc, ops, metrics, stop)),
        }
    }

    pub fn channel(&self) -> Channel {
        Channel::remote(&self.grpc).unwrap()
    }
}
