//! What verifying costs the gateway: the same route with and without a token, in turns.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Failure;
use crate::figure::Figure;
use crate::owner::Owner;

pub const ROUTE: &str = "/auth/session";
const ASKERS: usize = 16;
const ROUND: Duration = Duration::from_millis(750);
const ROUNDS: usize = 9;

pub async fn figures(owner: &Owner) -> Result<Vec<Figure>, Failure> {
    let (with, without) = (owner.ask(Method::GET, ROUTE), owner.ask_nameless(Method::GET, ROUTE));
    expect_valid(&with, true).await?;
    expect_valid(&without, false).await?;
    let (mut verified, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        verified.push(answers_a_second(&with, ROUND).await?);
        plain.push(answers_a_second(&without, ROUND).await?);
    }
    let (verified, plain) = (median(verified), median(plain));
    Ok(vec![
        Figure::told("GET /auth/session with a token", "/s", verified.round()),
        Figure::told("the same without anything to verify", "/s", plain.round()),
        Figure::at_least("ratio of both", "", verified / plain, 0.6, 0.4),
    ])
}

/// How many answers come when all ask again as soon as they are answered.
pub async fn answers_a_second(request: &RequestBuilder, lasting: Duration) -> Result<f64, Failure> {
    let (began, mut asking) = (Instant::now(), JoinSet::new());
    for _ in 0..ASKERS {
        let request = request.try_clone().ok_or("a request without a body can be repeated")?;
        asking.spawn(async move {
            let mut answers = 0_u32;
            while began.elapsed() < lasting {
                let again = request.try_clone().ok_or("a request without a body can be repeated")?;
                again.send().await?.error_for_status()?.bytes().await?;
                answers += 1;
            }
            Ok::<_, Failure>(answers)
        });
    }
    let mut answers = 0;
    while let Some(of_one) = asking.join_next().await {
        answers += of_one??;
    }
    Ok(f64::from(answers) / began.elapsed().as_secs_f64())
}

/// Whether the token of the request is believed.
pub async fn expect_valid(request: &RequestBuilder, expected: bool) -> Result<(), Failure> {
    let request = request.try_clone().ok_or("a request without a body can be repeated")?;
    let answer: Value = serde_json::from_slice(&request.send().await?.bytes().await?)?;
    if answer["valid"] == expected { Ok(()) } else { Err(format!("not as expected: {answer}").into()) }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
