//! Calls that one service makes of another, whether over a socket or inside.

use std::future::Future;
use std::sync::Arc;

use http::Response;
use tokio::time::Instant;
use tonic::{Code, Status};

use super::rpc_codes::{ByCode, code_in};
use super::{CALL_SECONDS, Family, Metrics};

// Without the method: the callee tells it, and each would be told by every caller once more.
const DURATION: Family = Family {
    name: "rpc_client_call_duration_seconds",
    help: "How long calls of other services took to the head of their answer, repetitions included, by who called whom and how they ended",
};

/// Counts calls of one service by another. Cheap to clone.
#[derive(Clone)]
pub(crate) struct RpcClients(Arc<Shared>);

struct Shared {
    metrics: Metrics,
    service: &'static str,
    server: &'static str,
    durations: ByCode,
}

impl RpcClients {
    pub(crate) fn of(metrics: &Metrics, service: &'static str, server: &'static str) -> Self {
        Self(Arc::new(Shared { metrics: metrics.clone(), service, server, durations: ByCode::default() }))
    }

    /// Makes the call and counts how it ended; one that its caller drops as CANCELLED.
    pub(crate) async fn count<B>(
        self,
        calling: impl Future<Output = Result<Response<B>, Status>>,
    ) -> Result<Response<B>, Status> {
        let mut call = Call { clients: self, began: Instant::now(), ended: Code::Cancelled };
        let answer = calling.await;
        call.ended = answer.as_ref().map_or_else(Status::code, |answer| code_in(answer.headers()));
        answer
    }
}

struct Call {
    clients: RpcClients,
    began: Instant,
    ended: Code,
}

impl Drop for Call {
    fn drop(&mut self) {
        let Shared { metrics, service, server, durations } = &*self.clients.0;
        durations.add(self.ended, self.began.elapsed(), |code| {
            let labels = [("service", *service), ("server", *server), ("rpc_response_status_code", code)];
            metrics.durations(DURATION, &labels, &CALL_SECONDS)
        });
    }
}
