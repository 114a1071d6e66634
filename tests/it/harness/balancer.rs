//! What stands before the replicas of a service and spreads connections over them, as a cluster does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Passes each connection on to one of the replicas, in turn. It knows nothing of what is said: connections that exist stay with
/// their replica, whatever becomes of it, and one that is not taken is not tried elsewhere.
pub struct Balancer {
    pub address: SocketAddr,
    replicas: Arc<Mutex<Vec<SocketAddr>>>,
    accepting: JoinHandle<()>,
}

impl Balancer {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the balancer");
        let address = listener.local_addr().expect("its address");
        let replicas = Arc::<Mutex<Vec<SocketAddr>>>::default();
        let targets = Arc::clone(&replicas);
        let accepting = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let next = {
                    let mut targets = targets.lock().expect("the replicas");
                    let next = targets.first().copied();
                    if !targets.is_empty() {
                        targets.rotate_left(1);
                    }
                    next
                };
                tokio::spawn(async move {
                    if let Some(next) = next
                        && let Ok(mut server) = TcpStream::connect(next).await
                    {
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        });
        Self { address, replicas, accepting }
    }

    /// Sends connections to this replica, too.
    pub fn add(&self, replica: SocketAddr) {
        self.replicas.lock().expect("the replicas").push(replica);
    }

    /// Sends no more connections to it.
    pub fn remove(&self, replica: SocketAddr) {
        self.replicas.lock().expect("the replicas").retain(|other| *other != replica);
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
