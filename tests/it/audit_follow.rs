//! `guildhall audit tail --follow`: new entries of all services as they come.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use serde_json::Value;

use crate::harness::{Person, Product, Team, eventually, json_lines};

struct Following {
    process: Child,
    lines: Receiver<Value>,
}

impl Following {
    fn begin(product: &Product, arguments: &[&str]) -> Self {
        let arguments = [&["audit", "tail", "--follow", "--output", "json"], arguments].concat();
        let mut process = product.command(&arguments).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let (sender, lines) = mpsc::channel();
        let output = process.stdout.take().expect("its output is piped");
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).expect("a JSON object"));
            }
        });
        Self { process, lines }
    }

    /// Sends this signal, and answers how it ended.
    async fn end_by(mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", self.process.id())).status();
        assert!(sent.expect("sh runs").success());
        eventually("it ends", async || self.process.try_wait().expect("its status")).await.code()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ids(entries: &[Value]) -> BTreeSet<String> {
    entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_entry_of_every_service_is_told_once() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    Team::of(&alice).await;
    let exported = async || json_lines(&product.operate(&["audit", "export", "--output", "json"]).await.said);
    let before = exported().await;

    let following = Following::begin(&product, &["-n", "1000"]);
    let mut told = Vec::new();
    eventually("what was there is told", async || {
        told.extend(following.lines.try_iter());
        (told.len() == before.len()).then_some(())
    })
    .await;
    // Ids begin with the instant.
    assert!(told.is_sorted_by_key(|entry| entry["id"].as_str().unwrap()), "{told:?}");

    // Organizations, invitations and identity write at once.
    let acting = async |owner: Person| {
        for _ in 0..3 {
            let team = Team::of(&owner).await;
            team.link(&owner, 1).await;
        }
    };
    let operating = async || {
        for _ in 0..3 {
            assert_eq!(product.operate(&["epoch", "renew"]).await.code, Some(0));
        }
    };
    tokio::join!(acting(alice), acting(bob), operating());
    let after = exported().await;
    assert!(after.len() >= before.len() + 15, "{} {}", before.len(), after.len());
    eventually("what came since is told", async || {
        told.extend(following.lines.try_iter());
        (told.len() >= after.len()).then_some(())
    })
    .await;
    assert_eq!(told.len(), after.len(), "each once");
    assert_eq!(ids(&told), ids(&after));
    assert_eq!(following.end_by("INT").await, Some(0));
}

#[tokio::test]
async fn an_entry_from_a_clock_that_is_ahead_hides_none_after_it() {
    let product = Product::own(&[]).await;
    let alice = Person::verified(&product.api(), "alice").await;
    Team::of(&alice).await;
    let ahead = "UPDATE audit_log SET created_ms = created_ms + 600000";
    product.storage("organizations").await.execute(ahead).await;
    let following = Following::begin(&product, &["-n", "1", "--action", "organization.created"]);
    eventually("the latest is told", async || following.lines.try_recv().ok()).await;
    let team = Team::of(&alice).await;
    let next = eventually("the next is told", async || following.lines.try_recv().ok()).await;
    assert_eq!(next["target_id"], team.id.as_str(), "{next}");
    assert_eq!(following.end_by("INT").await, Some(0));
}

#[tokio::test]
async fn only_what_is_asked_for_is_told() {
    let product = Product::own(&[]).await;
    let alice = Person::verified(&product.api(), "alice").await;
    Team::of(&alice).await;
    let following = Following::begin(&product, &["-n", "1", "--action", "organization.created"]);
    let first = eventually("the latest is told", async || following.lines.try_recv().ok()).await;
    let team = Team::of(&alice).await;
    team.link(&alice, 1).await;
    let second = eventually("the next is told", async || following.lines.try_recv().ok()).await;
    assert_eq!(second["target_id"], team.id.as_str(), "{first} {second}");
    assert_eq!(first["action"], "organization.created");
    assert_eq!(following.end_by("TERM").await, Some(0));
    let refused = product.operate(&["audit", "tail", "-f", "--until", "2030-01-31T12:00:00Z"]).await;
    assert_eq!(refused.code, Some(2), "{}", refused.said);
}
