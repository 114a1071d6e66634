//! The ports of a process, bound before anything else starts so that a busy one is told at once.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::CommandError;
use crate::settings::Settings;

pub struct Listeners {
    pub http: Option<TcpListener>,
    pub grpc: TcpListener,
    pub ops: TcpListener,
}

/// Where a process listens, for port 0 the port that was given.
pub struct Addresses {
    pub http: SocketAddr,
    pub grpc: SocketAddr,
    pub ops: SocketAddr,
}

impl Listeners {
    /// Binds what a process needs; only the gateway's needs HTTP.
    pub async fn bind(settings: &Settings, with_http: bool) -> Result<Self, CommandError> {
        let http = match with_http {
            true => Some(bind("GUILDHALL_HTTP_LISTEN", settings.http_listen).await?),
            false => None,
        };
        Ok(Self {
            http,
            grpc: bind("GUILDHALL_GRPC_LISTEN", settings.grpc_listen).await?,
            ops: bind("GUILDHALL_OPS_LISTEN", settings.ops_listen).await?,
        })
    }

    /// The addresses in use.
    pub fn addresses(&self) -> std::io::Result<Addresses> {
        let http = self.http.as_ref().map_or_else(|| self.grpc.local_addr(), TcpListener::local_addr)?;
        Ok(Addresses { http, grpc: self.grpc.local_addr()?, ops: self.ops.local_addr()? })
    }
}

async fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, CommandError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| format!("cannot listen on {address}: {error}; set {setting} to another address").into())
}
