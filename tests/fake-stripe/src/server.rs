//! The fake on its port.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use service_kit::Clock;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::{api, pages, webhooks};

/// A running fake with both modes of one account. It stops when it is dropped.
pub struct FakeStripe {
    /// Test mode: calls that carry its secret key.
    pub test: Account,
    /// Live mode, with objects of its own.
    pub live: Account,
    tasks: Vec<JoinHandle<()>>,
}

impl FakeStripe {
    /// Listens on loopback, on a free port for port 0. The seed goes into ids and keys; it must be lower case letters
    /// and digits.
    pub async fn start(port: u16, clock: Clock, seed: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let test = Account::new(false, clock.clone(), seed, base_url.clone());
        let live = Account::new(true, clock, seed, base_url);
        let app = Router::new()
            .merge(pages::routes())
            .fallback(api::answer)
            .layer(DefaultBodyLimit::max(1 << 20))
            .with_state([test.clone(), live.clone()]);
        let serving = async move {
            // Ends with the process or the test alone.
            let _ = axum::serve(listener, app).await;
        };
        let tasks = vec![
            tokio::spawn(serving),
            tokio::spawn(webhooks::send_all(test.clone())),
            tokio::spawn(webhooks::send_all(live.clone())),
        ];
        Ok(Self { test, live, tasks })
    }

    /// Where it is served, without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.test.base_url()
    }
}

impl Drop for FakeStripe {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
