//! A product that dies again and again, and the people who go on using it.

use super::way::Way;
use crate::harness::{Person, Product, unique};

/// Longer than anything that an interrupted call leaves for later may wait: claims of deliveries hold for a minute.
const LATER_SECONDS: u64 = 75;
/// Tokens are good for an hour of the product's time.
const RENEW_AFTER_SECONDS: u64 = 1_800;

pub struct Stage {
    product: Product,
    pub alice: Person,
    pub guest: Person,
    ahead: u64,
    renewed: u64,
}

impl Stage {
    pub async fn set_up(settings: &[(&str, &str)]) -> Self {
        let long = [("GUILDHALL_ACCESS_TOKEN_SECONDS", "3600")];
        let product = Product::own(&[&long, settings].concat()).await;
        let api = product.api();
        let (alice, guest) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "guest"));
        Self { product, alice, guest, ahead: 0, renewed: 0 }
    }

    /// The next run dies at this place, in a call of the request whose id is answered.
    pub fn arm(&mut self, place: &str) -> String {
        let request_id = format!("dies-{}", unique());
        self.product.set("GUILDHALL_FAIL_POINT", Some(&format!("{place}:abort@{request_id}")));
        request_id
    }

    /// The next run dies at this place whatever call passes it, or nowhere.
    pub fn arm_for_all(&mut self, place: Option<&str>) {
        let setting = place.map(|place| format!("{place}:abort"));
        self.product.set("GUILDHALL_FAIL_POINT", setting.as_deref());
    }

    /// The next run logs the places that are passed.
    pub fn trace(&mut self) {
        self.product.set("GUILDHALL_FAIL_POINT", Some("trace"));
    }

    /// In the next run everything is due that was left for later.
    pub fn later(&mut self) {
        self.ahead += LATER_SECONDS;
        self.product.set("GUILDHALL_CLOCK_AHEAD_SECONDS", Some(&self.ahead.to_string()));
    }

    /// Stops what runs, if it does, and starts again.
    pub async fn restart(&mut self) {
        self.product.start_again().await;
        let api = self.product.api();
        (self.alice, self.guest) = (self.alice.at(&api), self.guest.at(&api));
        if self.ahead - self.renewed > RENEW_AFTER_SECONDS {
            self.renewed = self.ahead;
            for person in [&mut self.alice, &mut self.guest] {
                person.refresh(serde_json::json!({})).await;
            }
        }
    }

    /// Makes the call during which the product dies, for which it must have been armed.
    pub async fn die(&mut self, way: Way, scene: &super::scene::Scene, request_id: &str, place: &str) {
        let answer = way.call(scene, &self.alice, &self.guest, request_id).await;
        if let Some(answer) = answer {
            // What is left of the product may still answer, but not with the outcome.
            assert!(answer.status >= 500, "nobody died at {place}: {answer:?}");
        }
        self.product.died().await;
        self.died_at(place);
    }

    /// Starts a run that dies by itself at the place for which it was armed.
    pub async fn restart_and_die(&mut self, place: &str) {
        self.product.start_again_and_die().await;
        self.died_at(place);
    }

    fn died_at(&self, place: &str) {
        let said = self.product.log();
        let last = said.lines().rfind(|line| line.contains("dies here")).expect("a place that was died at");
        assert!(last.contains(&format!("\"{place}\"")), "died at another place than {place}: {last}");
    }

    /// The places that were passed in calls of this request, in order.
    pub fn passed_by(&self, request_id: &str) -> Vec<String> {
        self.passed(|line| line.contains(request_id))
    }

    /// The places that were passed by deliveries of this topic.
    pub fn passed_in(&self, topic: &str) -> Vec<String> {
        let mut places = self.passed(|_| true);
        places.retain(|place| place.starts_with(&format!("{topic}/")));
        places
    }

    fn passed(&self, counts: impl Fn(&str) -> bool) -> Vec<String> {
        let log = self.product.log();
        let lines = log.lines().filter(|line| line.contains("\"passed\"") && counts(line));
        let place =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["place"].as_str().map(str::to_owned);
        lines.filter_map(place).collect()
    }
}
