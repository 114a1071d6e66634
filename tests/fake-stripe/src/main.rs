//! The fake by hand: `make fake-stripe`.

use clap::Parser;
use fake_stripe::FakeStripe;
use service_kit::{Clock, Entropy};

/// A Stripe to try Guildhall's billing with, on loopback.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on.
    #[arg(long, default_value_t = 12111)]
    port: u16,
    /// Where events are sent.
    #[arg(long, default_value = "http://127.0.0.1:8080/api/v1/webhooks/stripe")]
    webhook_url: String,
    /// What events are signed with.
    #[arg(long, default_value = "whsec_fake")]
    webhook_secret: String,
    /// Goes into ids and keys; by default one that no earlier run had, because a database may remember that one's ids.
    #[arg(long)]
    seed: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let seed = arguments
        .seed
        .unwrap_or_else(|| Entropy::system().bytes::<5>().iter().map(|byte| format!("{byte:02x}")).collect());
    let fake = FakeStripe::start(arguments.port, Clock::system(), &seed).await?;
    fake.test.send_webhooks_to(&arguments.webhook_url, &arguments.webhook_secret);
    println!("A fake Stripe listens on {}; its page lets time pass.", fake.base_url());
    println!("Events go to {}.", arguments.webhook_url);
    println!("Start Guildhall against it in another terminal:\n");
    println!("  GUILDHALL_STRIPE_API_BASE={} \\", fake.base_url());
    println!("  GUILDHALL_STRIPE_SECRET_KEY={} \\", fake.test.secret_key());
    println!("  GUILDHALL_STRIPE_WEBHOOK_SECRET={} \\", arguments.webhook_secret);
    println!("  make run\n");
    tokio::signal::ctrl_c().await
}
