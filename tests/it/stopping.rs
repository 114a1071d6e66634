//! A product that is told to stop, as whoever looks after it sees it. Replacing services under load stands in `rolling`.

use std::time::{Duration, Instant};

use crate::harness::{Person, Product, eventually, is_five, ports, run_to_its_end};

/// Longer than any test takes.
const LONG_DELAY: (&str, &str) = ("GUILDHALL_SHUTDOWN_DELAY_SECONDS", "60");

/// Where the operator's port of the gateway's process is.
fn ops(product: &Product) -> &str {
    product.ops()["gateway"].trim_end_matches('/')
}

#[tokio::test]
async fn told_to_stop_it_is_not_ready_at_once_and_goes_on_serving() {
    if is_five() {
        return;
    }
    let mut product = Product::own(&[LONG_DELAY]).await;
    let alice = Person::registered(&product.api(), "alice").await;
    product.signal("gateway", "TERM");
    let ready = format!("{}/readyz", ops(&product));
    eventually("it is not ready", async || (reqwest::get(&ready).await.ok()?.status() == 503).then_some(())).await;
    assert_eq!(reqwest::get(format!("{}/livez", ops(&product))).await.unwrap().status(), 200);
    let answer = alice.get("/auth/me").await;
    assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    answer.expect(200);
    // The delay is longer than this test is to take.
    product.signal("gateway", "TERM");
    product.ended().await;
}

#[tokio::test]
async fn told_to_stop_it_stays_for_the_delay_and_ends_in_order() {
    const DELAY: Duration = Duration::from_secs(2);
    if is_five() {
        return;
    }
    let mut product = Product::own(&[("GUILDHALL_SHUTDOWN_DELAY_SECONDS", "2")]).await;
    let told = Instant::now();
    product.signal("gateway", "TERM");
    let status = product.ended().await;
    assert_eq!(status.code(), Some(0));
    assert!(told.elapsed() >= DELAY, "it ended after {:?}", told.elapsed());
}

#[tokio::test]
async fn told_to_stop_twice_it_ends_at_once() {
    if is_five() {
        return;
    }
    let mut product = Product::own(&[LONG_DELAY]).await;
    product.signal("gateway", "TERM");
    let ready = format!("{}/readyz", ops(&product));
    eventually("it has heard", async || (reqwest::get(&ready).await.ok()?.status() == 503).then_some(())).await;
    product.signal("gateway", "INT");
    assert_eq!(product.ended().await.code(), Some(1), "it did not end in order");
}

#[tokio::test]
async fn a_health_check_ends_with_what_the_probe_says() {
    let product = Product::shared().await;
    for probe in ["/readyz", "/livez", "/startupz", "/healthz"] {
        let ending = run_to_its_end(&["healthcheck", &format!("{}{probe}", ops(product))], &[]).await;
        assert_eq!((ending.code, ending.said.as_str()), (Some(0), ""), "{probe}");
    }
    let missing = run_to_its_end(&["healthcheck", &format!("{}/nothing", ops(product))], &[]).await;
    assert_eq!(missing.code, Some(1));
    assert!(missing.said.contains("404"), "{}", missing.said);
    let nobody = run_to_its_end(&["healthcheck", &format!("http://{}/readyz", ports::free())], &[]).await;
    assert_eq!(nobody.code, Some(1));
    assert!(nobody.said.contains("does not answer"), "{}", nobody.said);
    let unusable = run_to_its_end(&["healthcheck", "https://localhost/readyz"], &[]).await;
    assert_eq!(unusable.code, Some(2));
    assert!(unusable.said.contains("http://127.0.0.1:9090/readyz"), "{}", unusable.said);
}

#[tokio::test]
async fn settings_of_stopping_and_reflection_that_cannot_be_used_are_refused() {
    for (setting, value, words) in [
        ("GUILDHALL_SHUTDOWN_DELAY_SECONDS", "61", "0 to 60"),
        ("GUILDHALL_SHUTDOWN_DELAY_SECONDS", "soon", "GUILDHALL_SHUTDOWN_DELAY_SECONDS"),
        ("GUILDHALL_REFLECTION", "on", "public, authenticated or off"),
    ] {
        let ending = run_to_its_end(&["dev", "--stop-with-stdin"], &[(setting, value)]).await;
        assert_eq!(ending.code, Some(2), "{}", ending.said);
        assert!(ending.said.contains(setting) && ending.said.contains(words), "{}", ending.said);
    }
}
