//! `guildhall plans apply`: the offer as a file. And commands whose readers have read enough.

use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Ending, Product, eventually};

const FILE: &str = r#"
[[plans]]
code = "solo"
name = "Solo"
price_cents = 900
currency = "usd"
interval = "monthly"

[[plans]]
code = "crew"
name = "Crew"
price_cents = 4900
currency = "usd"
interval = "monthly"
credits_amount = 50
display_order = 1
"#;

struct Operator {
    product: Product,
    folder: tempfile::TempDir,
}

impl Operator {
    async fn new() -> Self {
        Self { product: Product::own(&[]).await, folder: tempfile::tempdir().unwrap() }
    }

    async fn apply(&self, text: &str, check: bool) -> Ending {
        let file = self.folder.path().join("plans.toml");
        std::fs::write(&file, text).unwrap();
        let mut arguments = vec!["plans", "apply", file.to_str().unwrap()];
        arguments.extend(check.then_some("--check"));
        self.product.operate(&arguments).await
    }

    async fn offered(&self) -> Vec<(String, i64)> {
        let plans = self.product.api().get("/billing/plans").await.expect(200);
        let plan = |plan: &Value| (plan["code"].as_str().unwrap().to_owned(), plan["price_cents"].as_i64().unwrap());
        plans["plans"].as_array().unwrap().iter().map(plan).collect()
    }
}

#[track_caller]
fn says(ending: &Ending, code: i32, words: &[&str]) {
    assert_eq!(ending.code, Some(code), "{}", ending.said);
    for word in words {
        assert!(ending.said.contains(word), "{word} is missing: {}", ending.said);
    }
}

#[tokio::test]
async fn plans_are_checked_then_applied_beside_the_product_and_made_anew_only_where_they_differ() {
    let operator = Operator::new().await;
    says(&operator.apply(FILE, true).await, 0, &["solo", "crew", "this was a check"]);
    assert_eq!(operator.offered().await, []);

    says(&operator.apply(FILE, false).await, 0, &["version 1, new"]);
    let (solo, crew) = (("solo".to_owned(), 900), ("crew".to_owned(), 4900));
    assert_eq!(operator.offered().await, [solo.clone(), crew]);
    let again = operator.apply(FILE, false).await;
    says(&again, 0, &["version 1"]);
    assert!(!again.said.contains("new"), "{}", again.said);

    let dearer = FILE.replace("4900", "5900");
    says(&operator.apply(&dearer, true).await, 0, &["version 2, new", "this was a check"]);
    assert_eq!(operator.offered().await[1].1, 4900);
    says(&operator.apply(&dearer, false).await, 0, &["version 2, new"]);
    assert_eq!(operator.offered().await[1].1, 5900);
    let alone = FILE.split("\n\n").next().unwrap();
    says(&operator.apply(alone, false).await, 0, &["1 offered no more"]);
    assert_eq!(operator.offered().await, [solo]);
}

#[tokio::test]
async fn a_file_with_a_fault_is_refused_where_the_fault_is_and_changes_nothing() {
    let operator = Operator::new().await;
    says(&operator.apply(FILE, false).await, 0, &[]);
    let before = operator.offered().await;
    for (wrong, word) in [
        (FILE.replace("monthly", "sometimes"), "line"),
        (FILE.replace("price_cents = 4900", "price_cents = -1"), "line"),
        (FILE.replace("crew", "solo"), "given once"),
        ("plans = 5".to_owned(), "line 1"),
    ] {
        for check in [true, false] {
            says(&operator.apply(&wrong, check).await, 2, &[word]);
        }
    }
    says(&operator.product.operate(&["plans", "apply", "/nowhere/plans.toml"]).await, 2, &["cannot be read"]);
    assert_eq!(operator.offered().await, before);
}

#[tokio::test]
async fn a_command_whose_reader_has_read_enough_ends_in_order() {
    let product = Product::own(&[]).await;
    product.server_key().await;
    for arguments in
        [&["api-keys", "list"][..], &["api-keys", "list", "--json"], &["billing", "verify"], &["keys", "list"]]
    {
        let mut command = product.command(arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Nobody reads, as `head` after its lines.
        drop(process.stdout.take());
        let status = eventually("the command ends", async || process.try_wait().unwrap()).await;
        let said = std::io::read_to_string(process.stderr.take().unwrap()).unwrap();
        assert_eq!((status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
