//! Fail points: places of a call at which a test makes the process die or wait. They exist in builds with debug
//! assertions alone; a release build has neither the places nor the setting.
//!
//! A call passes a place once at its start and after everything that it waits for in this crate: the beginning of a
//! transaction, each statement in it, its commit, each call of another service. So the places lie in every gap between
//! two of these, whatever a use case does, and none has to be written down beside it. A place is named after the RPC, or
//! the topic of a delivery, and what was just done: `GetFlower/start`, `GetFlower/begin`, `GetFlower/update flowers`,
//! `GetFlower/commit`, `GetFlower/Authorize`. What is done several times in a call is counted: `GetFlower/update flowers:2`.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::oneshot;

use crate::request_scope::RequestScope;

/// Where a process stops, if anywhere. Clones share what is set.
#[derive(Clone, Default)]
pub struct FailPoints(Arc<Mutex<Armed>>);

#[derive(Default)]
struct Armed {
    are_logged: bool,
    /// What was passed since somebody wanted to know, and by calls of which request.
    recorded: Option<Vec<(String, Option<Arc<str>>)>>,
    stops: Vec<Stop>,
}

struct Stop {
    place: String,
    /// Only calls of the request with this id stop.
    request_id: Option<String>,
    how: How,
}

enum How {
    /// At once, as `kill -9` ends a process.
    Abort,
    /// Tells that it waits, and does so until it may go on.
    Hold(oneshot::Sender<()>, oneshot::Receiver<()>),
}

/// A call that waits, or will.
pub struct Held {
    arrival: oneshot::Receiver<()>,
    permission: oneshot::Sender<()>,
}

/// What must stand in the setting.
#[derive(Debug, thiserror::Error)]
#[error("must be `trace` or `<call>/<place>:abort`, or that with `@<request id>` at its end")]
pub struct UnreadableFailPoint;

/// `trace` logs every place that is passed; `AddFlower/commit:abort` ends the process there; `AddFlower/begin:2:abort@id-7`
/// does so when a call passes it for the second time and belongs to the request with this id.
impl FromStr for FailPoints {
    type Err = UnreadableFailPoint;

    fn from_str(text: &str) -> Result<Self, UnreadableFailPoint> {
        if text == "trace" {
            return Ok(Self::armed(Armed { are_logged: true, ..Armed::default() }));
        }
        let (place_and_action, request_id) = match text.split_once('@') {
            Some((rest, request_id)) => (rest, Some(request_id.to_owned())),
            None => (text, None),
        };
        match place_and_action.strip_suffix(":abort") {
            Some(place) if place.contains('/') => {
                let stop = Stop { place: place.to_owned(), request_id, how: How::Abort };
                Ok(Self::armed(Armed { stops: vec![stop], ..Armed::default() }))
            }
            _ => Err(UnreadableFailPoint),
        }
    }
}

impl FailPoints {
    fn armed(armed: Armed) -> Self {
        Self(Arc::new(Mutex::new(armed)))
    }

    /// The next call that passes this place waits there; with a request's id, the next one of that request.
    pub fn hold(&self, place: &str, request_id: Option<&str>) -> Held {
        let (arrive, arrival) = oneshot::channel();
        let (permission, permitted) = oneshot::channel();
        let how = How::Hold(arrive, permitted);
        let stop = Stop { place: place.to_owned(), request_id: request_id.map(str::to_owned), how };
        self.lock().stops.push(stop);
        Held { arrival, permission }
    }

    /// From now on remembers the places that are passed.
    pub fn record(&self) {
        self.lock().recorded = Some(Vec::new());
    }

    /// Forgets them.
    pub fn record_no_more(&self) {
        self.lock().recorded = None;
    }

    /// The places that calls of this request passed, in order, as far as they are remembered.
    pub fn recorded(&self, request_id: &str) -> Vec<String> {
        let armed = self.lock();
        let passed = armed.recorded.iter().flatten();
        passed.filter(|(_, by)| by.as_deref() == Some(request_id)).map(|(place, _)| place.clone()).collect()
    }

    /// Does the work as a call of this name, which passes the places in it.
    pub async fn run<F: Future>(self, call: String, work: F) -> F::Output {
        let call = Call { name: call, points: self, passed: Mutex::default() };
        CURRENT
            .scope(call, async {
                pass("start").await;
                work.await
            })
            .await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Armed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn reach(&self, place: &str) {
        let waiting = {
            let request_id = RequestScope::current().map(|scope| scope.request_id);
            let mut armed = self.lock();
            if armed.are_logged {
                tracing::info!(place, "passed");
            }
            if let Some(recorded) = &mut armed.recorded {
                recorded.push((place.to_owned(), request_id.clone()));
            }
            let is_here = |stop: &Stop| stop.is_at(place, request_id.as_deref());
            let Some(here) = armed.stops.iter().position(is_here) else { return };
            match armed.stops.swap_remove(here).how {
                How::Abort => {
                    tracing::error!(place, "the process dies here because a test wants it to");
                    std::process::abort();
                }
                How::Hold(arrive, permitted) => {
                    // A test that has gone away wants nothing any more.
                    let _ = arrive.send(());
                    permitted
                }
            }
        };
        let _ = waiting.await;
    }
}

impl Stop {
    fn is_at(&self, place: &str, request_id: Option<&str>) -> bool {
        self.place == place && (self.request_id.is_none() || self.request_id.as_deref() == request_id)
    }
}

impl Held {
    /// Returns when the call waits at its place; false when no call will.
    pub async fn arrived(&mut self) -> bool {
        (&mut self.arrival).await.is_ok()
    }

    /// Lets the call go on, as dropping this does.
    pub fn release(self) {
        let _ = self.permission.send(());
    }
}

/// What this task works for.
struct Call {
    name: String,
    points: FailPoints,
    passed: Mutex<HashMap<String, u32>>,
}

tokio::task_local! {
    static CURRENT: Call;
}

/// The call of this task is past something that it waited for.
pub(crate) async fn pass(what: impl Display) {
    let reached = CURRENT.try_with(|call| {
        let mut passed = call.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let place = format!("{}/{what}", call.name);
        let times = passed.entry(place.clone()).or_default();
        *times += 1;
        let place = if *times == 1 { place } else { format!("{place}:{times}") };
        (call.points.clone(), place)
    });
    if let Ok((points, place)) = reached {
        points.reach(&place).await;
    }
}

/// The innermost layer around RPCs: everything that the RPC does is a call of its name.
pub(crate) async fn name_call(mut request: Request, next: Next) -> Response {
    match request.extensions_mut().remove::<FailPoints>() {
        Some(points) => {
            let name = last_segment(request.uri().path()).to_owned();
            points.run(name, next.run(request)).await
        }
        None => next.run(request).await,
    }
}

/// The name of an RPC without its service.
pub(crate) fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a statement does to which table: `insert flowers`.
pub(crate) fn gist(sql: &str) -> String {
    let mut words = sql.split_whitespace().map(|word| word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '_')));
    let verb = words.next().unwrap_or_default().to_lowercase();
    let table = match verb.as_str() {
        "insert" | "delete" => words.nth(1),
        "update" => words.next(),
        _ => read_from(words),
    };
    format!("{verb} {}", table.unwrap_or_default()).trim_end().to_owned()
}

/// The table that is read, be it by a subquery.
fn read_from<'sql>(mut words: impl Iterator<Item = &'sql str>) -> Option<&'sql str> {
    loop {
        words.find(|word| word.eq_ignore_ascii_case("from"))?;
        let table = words.next()?;
        if !table.eq_ignore_ascii_case("select") {
            return Some(table);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_named_by_what_they_do_to_which_table() {
        for (sql, name) in [
            (r#"INSERT INTO "flowers" ("id") VALUES ($1)"#, "insert flowers"),
            (r#"UPDATE "flowers" SET "name" = $1"#, "update flowers"),
            (r#"DELETE FROM "flowers" WHERE "id" = $1"#, "delete flowers"),
            (r#"SELECT "flowers"."id" FROM "flowers" WHERE "id" = $1 FOR UPDATE"#, "select flowers"),
            (r#"SELECT COUNT(*) AS n FROM (SELECT "flowers"."id" FROM "flowers") AS "sub""#, "select flowers"),
            ("SELECT 1", "select"),
        ] {
            assert_eq!(gist(sql), name);
        }
    }

    #[test]
    fn a_setting_that_names_no_place_is_refused() {
        for text in ["", "abort", "AddFlower:abort", "AddFlower/commit", "AddFlower/commit:explode", "trace:abort"] {
            assert!(text.parse::<FailPoints>().is_err(), "{text}");
        }
        assert!("AddFlower/update flowers:2:abort@request-7".parse::<FailPoints>().is_ok());
    }
}
