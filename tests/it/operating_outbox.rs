//! `guildhall outbox …`, and what an operator begins while another service is away. In one process nothing lies between identity and
//! organizations, so the sentences about that hold for five.

use serde_json::{Value, json};

use crate::harness::{Deployment, Person, Product, Wire, ended, eventually, is_five, json_lines};

async fn told(deployment: &Deployment, arguments: &[&str]) -> Vec<Value> {
    let ending = deployment.operate(&[arguments, &["--output", "json"]].concat(), &[]).await;
    json_lines(ended(&ending, 0))
}

#[tokio::test]
async fn an_account_that_the_operator_suspends_or_deletes_is_refused_at_once_while_organizations_is_away() {
    if !is_five() {
        return;
    }
    let deployment = Deployment::with_a_wire("identity", "organizations").await;
    let api = deployment.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    deployment.proxy.set(Wire::Refusing);
    let suspend = ["user", "suspend", &alice.email, "--wait", "0"];
    let delete = ["user", "delete", &bob.email, "--yes-i-know-what-im-doing", "--wait", "0"];
    for (person, command, status) in [(&alice, &suspend[..], "suspending"), (&bob, &delete[..], "departing")] {
        person.get("/me/orgs").await.expect(200);
        assert_eq!(told(&deployment, command).await[0]["status"], status);
        let began = std::time::Instant::now();
        eventually("the token is refused", async || (person.get("/me/orgs").await.status == 401).then_some(())).await;
        // Within a second, and room for a machine that runs all tests at once.
        assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
    }

    let list = ["outbox", "list", "--service", "identity"];
    let waiting = told(&deployment, &list).await;
    let topics: Vec<_> = waiting.iter().map(|message| (&message["topic"], &message["key"])).collect();
    assert_eq!(topics, [(&json!("suspend"), &json!(alice.user_id)), (&json!("depart"), &json!(bob.user_id))]);
    assert!(waiting.iter().all(|message| message.get("payload").is_none() && message["set_aside_at"].is_null()));
    deployment.proxy.set(Wire::Whole);
    eventually("both are finished", async || told(&deployment, &list).await.is_empty().then_some(())).await;
    assert_eq!(told(&deployment, &["user", "show", &alice.email]).await[0]["status"], "suspended");
    ended(&deployment.operate(&["user", "show", &bob.email], &[]).await, 3);
}

#[tokio::test]
async fn what_was_set_aside_is_given_up_when_the_operator_means_it() {
    let mut product = Product::own(&[]).await;
    let bob = Person::verified(&product.api(), "bob").await;
    product.stop().await;
    ended(&product.operate(&["user", "suspend", &bob.email, "--wait", "0"]).await, 0);
    let listed = async || {
        let list = ["outbox", "list", "--service", "identity", "--output", "json"];
        json_lines(ended(&product.operate(&list).await, 0))
    };
    let id = listed().await[0]["id"].to_string();
    let drop = async |more: &[&str]| {
        let line = [&["outbox", "drop", "--service", "identity", "--output", "json", "--id", &id], more].concat();
        product.operate(&line).await
    };
    ended(&drop(&["--yes-i-know-what-im-doing"]).await, 3);
    assert_eq!(listed().await.len(), 1, "what is tried anyway is left alone");

    product.storage("identity").await.execute("UPDATE outbox SET abandoned_ms = 1 WHERE topic = 'suspend'").await;
    let unsure = drop(&[]).await;
    assert!(
        ended(&unsure, 2).contains(&bob.user_id) && unsure.said.contains("--yes-i-know-what-im-doing"),
        "{}",
        unsure.said
    );
    let dropped = drop(&["--yes-i-know-what-im-doing", "--reason", "begun by mistake"]).await;
    assert_eq!(
        json_lines(ended(&dropped, 0)),
        [json!({ "service": "identity", "dropped": id.parse::<i64>().unwrap() })]
    );
    assert!(listed().await.is_empty());
    ended(&drop(&["--yes-i-know-what-im-doing"]).await, 3);

    let log = product.operate(&["audit", "tail", "--action", "outbox.dropped", "--output", "json"]).await;
    let entries = json_lines(ended(&log, 0));
    assert_eq!((entries.len(), &entries[0]["reason"]), (1, &json!("begun by mistake")));
    assert_eq!(
        (&entries[0]["details"]["topic"], &entries[0]["details"]["key"]),
        (&json!("suspend"), &json!(bob.user_id))
    );
}

#[tokio::test]
async fn what_was_set_aside_is_listed_and_delivered_when_the_operator_says_so() {
    let mut product = Product::own(&[]).await;
    let (alice, bob) = {
        let api = product.api();
        tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"))
    };
    product.stop().await;
    for person in [&alice, &bob] {
        ended(&product.operate(&["user", "suspend", &person.email, "--wait", "0"]).await, 0);
    }
    product.storage("identity").await.execute("UPDATE outbox SET abandoned_ms = 1 WHERE topic = 'suspend'").await;
    product.start_again().await;

    let set_aside = async || {
        let listed = product.operate(&["outbox", "list", "--set-aside", "--output", "json"]).await;
        json_lines(ended(&listed, 0))
    };
    let found = set_aside().await;
    assert_eq!(found.iter().map(|one| &one["key"]).collect::<Vec<_>>(), [&json!(alice.user_id), &json!(bob.user_id)]);
    assert!(found.iter().all(|one| one["service"] == "identity" && one["due_at"].is_null()), "{found:?}");
    let status = async |person: &Person| {
        let shown = product.operate(&["user", "show", &person.email, "--output", "json"]).await;
        json_lines(ended(&shown, 0))[0]["status"].clone()
    };
    let retry = async |arguments: &[&str]| {
        let line = [&["outbox", "retry", "--service", "identity", "--output", "json"], arguments].concat();
        product.operate(&line).await
    };
    ended(&retry(&["--id", "999999"]).await, 3);
    ended(&retry(&["--id", "1", "--topic", "suspend"]).await, 2);
    let id = found[0]["id"].to_string();
    let begun = retry(&["--id", &id, "--reason", "organizations is mended"]).await;
    assert_eq!(json_lines(ended(&begun, 0)), [json!({ "service": "identity", "retried": 1 })]);
    eventually("the one is suspended", async || (status(&alice).await == "suspended").then_some(())).await;
    assert_eq!(status(&bob).await, "suspending");
    ended(&retry(&["--topic", "suspend"]).await, 0);
    eventually("the other too", async || (status(&bob).await == "suspended").then_some(())).await;
    assert!(set_aside().await.is_empty());

    let log = product.operate(&["audit", "tail", "--action", "outbox.retried", "--output", "json"]).await;
    let entries = json_lines(ended(&log, 0));
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_eq!(entries[0]["reason"], "organizations is mended");
    assert!(entries[0]["user_agent"].as_str().unwrap().starts_with("cli:"), "{entries:?}");
}
