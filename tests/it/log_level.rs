//! Looking closer at a product that runs.

use serde_json::{Value, json};

use crate::harness::{Product, eventually, json_lines};

struct Ops {
    url: String,
    client: reqwest::Client,
}

impl Ops {
    fn of(product: &Product) -> Self {
        let address = product.ops()["gateway"].clone();
        Self { url: format!("{address}/loglevel"), client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn now(&self) -> Value {
        self.client.get(&self.url).send().await.unwrap().json().await.unwrap()
    }

    async fn ask(&self, query: &str, filter: &str) -> (u16, String) {
        let answer = self.client.post(format!("{}{query}", self.url)).body(filter.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn has_debug_lines(product: &Product) -> bool {
    json_lines(&product.log()).iter().any(|line| line["level"] == "DEBUG")
}

#[tokio::test]
async fn more_is_logged_for_a_while_and_then_what_was_configured() {
    let product = Product::own(&[("GUILDHALL_LOG", "info")]).await;
    let ops = Ops::of(&product);
    assert_eq!(ops.now().await, json!({ "filter": "info", "configured": "info", "seconds_left": null }));
    assert!(!has_debug_lines(&product));

    let (status, told) = ops.ask("", "info,service_kit=debug").await;
    assert_eq!(status, 200, "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["filter"], &told["configured"]), (&json!("info,service_kit=debug"), &json!("info")));
    assert!((800..=900).contains(&told["seconds_left"].as_u64().unwrap()), "{told}");
    eventually("a line of more detail", async || {
        ops.now().await;
        product.api().get("/.well-known/jwks.json").await.expect(200);
        let readyz = ops.url.replace("/loglevel", "/readyz");
        ops.client.get(readyz).send().await.unwrap();
        has_debug_lines(&product).then_some(())
    })
    .await;

    assert_eq!(ops.ask("?for=1", "warn").await.0, 200);
    eventually("the end of it", async || (ops.now().await["filter"] == "info").then_some(())).await;
    assert!(ops.now().await["seconds_left"].is_null(), "the longer wish before is forgotten too");
}

#[tokio::test]
async fn what_is_no_filter_changes_nothing_and_pages_of_a_browser_are_kept_out() {
    let product = Product::own(&[("GUILDHALL_LOG", "info")]).await;
    let ops = Ops::of(&product);
    for (query, filter) in
        [("", "verbose"), ("", ""), ("?for=0", "debug"), ("?for=90000", "debug"), ("?form=1", "debug")]
    {
        let (status, said) = ops.ask(query, filter).await;
        assert!(status == 400 && said.contains("must be"), "{query} {filter}: {status} {said}");
    }
    assert_eq!(ops.ask("", &"x".repeat(5000)).await.0, 413);
    let from_page = ops.client.post(&ops.url).header("origin", "https://evil.example").body("debug");
    assert_eq!(from_page.send().await.unwrap().status(), 403);
    assert_eq!(ops.now().await["filter"], "info");
}
