//! A service behind either wire.

use service_kit::reflection::Reflection;
use service_kit::serve::{Front, Release, ServeError, serve};
use service_kit::{Channel, Metrics, Microservice, Stop, Tls};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;

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
                Hosted { channel: served.channel(), _stop: Some(served.stop.ending().clone().drop_guard()) }
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
    pub stop: Stop,
    pub end: JoinHandle<Result<(), ServeError>>,
}

impl Served {
    pub async fn start(microservice: Microservice) -> Self {
        Self::start_telling(microservice, Metrics::new()).await
    }

    pub async fn start_telling(microservice: Microservice, metrics: Metrics) -> Self {
        Self::start_with(microservice, metrics, Reflection::Public, Tls::none()).await
    }

    pub async fn start_reflecting(microservice: Microservice, reflection: Reflection) -> Self {
        Self::start_with(microservice, Metrics::new(), reflection, Tls::none()).await
    }

    pub async fn start_over(microservice: Microservice, tls: &Tls) -> Self {
        Self::start_with(microservice, Metrics::new(), Reflection::Public, tls.clone()).await
    }

    async fn start_with(microservice: Microservice, metrics: Metrics, reflection: Reflection, tls: Tls) -> Self {
        let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ops = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stop = Stop::new();
        let (grpc_address, ops_address) = (grpc.local_addr().unwrap(), ops.local_addr().unwrap());
        let release = Release { name: "flower-shop", version: "1.2.3", commit: Some("c0ffee") };
        let descriptors = contracts::FILE_DESCRIPTOR_SET;
        let scheme = if tls.is_answering() { "https" } else { "http" };
        let front = Front { grpc, tls, ops, descriptors, reflection, metrics, release, log_filter: None };
        Self {
            grpc: format!("{scheme}://{grpc_address}"),
            ops: ops_address,
            stop: stop.clone(),
            end: tokio::spawn(serve(vec![microservice], front, stop)),
        }
    }

    pub fn channel(&self) -> Channel {
        Channel::remote(&self.grpc).unwrap()
    }
}
