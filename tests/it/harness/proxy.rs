//! A wire between two processes that can be cut.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What happens to connections through the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    Whole,
    /// Connections are closed, old and new ones.
    Refusing,
    /// Nothing is said to be wrong, and nothing arrives until the wire is whole again; then everything does, late.
    Stalled,
    /// What is asked arrives; the answers do when the wire is whole again.
    Deaf,
    /// Nothing is said to be wrong, and what is sent is lost. Connections that were used meanwhile stay useless.
    Losing,
}

/// Passes connections on to one address.
pub struct Proxy {
    pub address: SocketAddr,
    wire: Arc<watch::Sender<Wire>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the proxy");
        let address = listener.local_addr().expect("its address");
        let wire = Arc::new(watch::Sender::new(Wire::Whole));
        let accepting = {
            let wire = Arc::clone(&wire);
            tokio::spawn(async move {
                while let Ok((client, _)) = listener.accept().await {
                    tokio::spawn(pass_on(client, target, wire.subscribe()));
                }
            })
        };
        Self { address, wire, accepting }
    }

    pub fn set(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass_on(client: TcpStream, target: SocketAddr, mut wire: watch::Receiver<Wire>) {
    if *wire.borrow() == Wire::Refusing {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let to_server = carry(from_client, to_server, wire.clone(), &[Wire::Stalled]);
    let to_client = carry(from_server, to_client, wire.clone(), &[Wire::Stalled, Wire::Deaf]);
    // Dropping both halves of both closes the connections.
    tokio::select! {
        _ = async { tokio::join!(to_server, to_client) } => {}
        _ = wire.wait_for(|wire| *wire == Wire::Refusing) => {}
    }
}

async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut wire: watch::Receiver<Wire>,
    waits_while: &[Wire],
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut is_useless = false;
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if wire.wait_for(|wire| !waits_while.contains(wire)).await.is_err() {
            return;
        }
        is_useless |= *wire.borrow() == Wire::Losing;
        if !is_useless && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
