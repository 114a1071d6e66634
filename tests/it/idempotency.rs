//! A POST under an `Idempotency-Key` is carried out once, whatever happens to its answer.

mod cut_off;
mod repeated;
mod secrets;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::harness::{Answer, Ask, Person};

/// A POST of this person under this key.
async fn post_under(person: &Person, key: &str, path: &str, body: &Value) -> Answer {
    let headers = HeaderMap::from_iter([("idempotency-key".parse().unwrap(), HeaderValue::from_str(key).unwrap())]);
    let body = Some(("application/json", body.to_string().into_bytes()));
    person.api.ask_with(Ask { method: Method::POST, path, token: Some(&person.access_token), body }, headers).await
}

/// Whether an answer is a first one given again.
fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

/// How many of the person's organizations have this name.
async fn named(person: &Person, name: &str) -> usize {
    let listed = person.get("/me/orgs?page_size=200").await.expect(200);
    assert_eq!(listed["next_page_token"], "");
    let organizations = listed["organizations"].as_array().unwrap();
    organizations.iter().filter(|entry| entry["organization"]["name"] == name).count()
}
