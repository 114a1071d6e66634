//! Measures how soon a thousand verifiers refuse what was taken away, what that costs identity, and what verifying costs the
//! gateway. The product runs as five processes, the verifiers in four more, all on this machine. `make bench` runs it.

mod figure;
mod listeners;
mod listening;
mod machine;
mod outage;
mod owner;
mod product;
mod sessions;
mod taking;

use std::process::ExitCode;

use figure::Figure;
use listeners::Listeners;
use product::Product;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<ExitCode, Failure> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [word, identity, secret, count] if *word == listening::WORD => {
            runtime.block_on(listening::listen(identity, secret, count.parse()?)).map(|()| ExitCode::SUCCESS)
        }
        _ => runtime.block_on(run()),
    }
}

async fn run() -> Result<ExitCode, Failure> {
    println!("{}", machine::named()?);
    let product = Product::start().await?;
    let listeners = Listeners::start(&product).await?;
    let mut figures = taking::figures(&product, listeners).await?;
    let owner = owner::Owner::new(&product, taking::OWNERS).await?;
    figures.extend(sessions::figures(&owner).await?);
    figures.extend(outage::figures(&product, &owner).await?);
    product.stop().await?;

    for figure in &figures {
        println!("{figure}");
    }
    Ok(if figures.iter().any(Figure::is_broken) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
