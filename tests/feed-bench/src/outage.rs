//! Identity says nothing any more, neither keys nor changes: verifying goes on as before.

use std::time::Duration;

use reqwest::Method;
use tokio::process::Command;
use tokio::time::Instant;

use crate::Failure;
use crate::figure::Figure;
use crate::owner::Owner;
use crate::product::Product;
use crate::sessions::{ROUTE, answers_a_second, expect_valid};

/// Longer than it takes a verifier to call itself blind.
const LASTING: Duration = Duration::from_secs(7);
const ROUND: Duration = Duration::from_secs(1);

pub async fn figures(product: &Product, owner: &Owner) -> Result<Vec<Figure>, Failure> {
    let request = owner.ask(Method::GET, ROUTE);
    let before = answers_a_second(&request, ROUND).await?;
    let identity = product.pid("identity")?;
    signal(identity, "STOP").await?;
    let outage = endure(&request).await;
    signal(identity, "CONT").await?;
    let meanwhile = outage?;
    Ok(vec![
        Figure::told("GET /auth/session with a token, before identity's outage", "/s", before.round()),
        Figure::told("at the end of its outage", "/s", meanwhile.round()),
        Figure::at_least("ratio of both", "", meanwhile / before, 0.8, 0.5),
    ])
}

/// Every token is believed during the outage; how many are asked about in a second at its end.
async fn endure(request: &reqwest::RequestBuilder) -> Result<f64, Failure> {
    let began = Instant::now();
    while began.elapsed() < LASTING {
        expect_valid(request, true).await?;
    }
    answers_a_second(request, ROUND).await
}

async fn signal(pid: u32, name: &str) -> Result<(), Failure> {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().await?;
    if sent.success() { Ok(()) } else { Err(format!("process {pid} could not be told {name}").into()) }
}
