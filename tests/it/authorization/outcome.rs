//! What came back, as the table names it and as an attacker would compare it.

use tonic::Status;
use tonic::metadata::KeyAndValueRef;

use crate::harness::Answer;
use crate::strangers_grpc::reason;

/// Headers that differ between any two answers.
const EVER_NEW: [&str; 2] = ["date", "x-request-id"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// `ok` or the code of the refusal.
    pub class: String,
    /// Everything else that was said, but for what differs between any two answers.
    pub said: String,
}

impl Outcome {
    pub fn of_answer(answer: &Answer) -> Self {
        assert!(answer.status < 500, "{answer:?}");
        let class = if answer.status < 300 { "ok" } else { answer.code() };
        let request_id = answer.header("x-request-id").expect("a request id");
        let headers = answer.headers.iter().filter(|(name, _)| !EVER_NEW.contains(&name.as_str()));
        let mut headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.sort();
        let said = format!("{} {headers:?} {}", answer.status, answer.text.replace(request_id, "(its id)"));
        Self { class: class.to_owned(), said }
    }

    pub fn of_call(outcome: Result<(), Status>) -> Self {
        let Err(status) = outcome else { return Self { class: "ok".to_owned(), said: String::new() } };
        let mut headers: Vec<_> = status
            .metadata()
            .iter()
            .map(|entry| match entry {
                KeyAndValueRef::Ascii(name, value) => format!("{name}: {value:?}"),
                KeyAndValueRef::Binary(name, value) => format!("{name}: {value:?}"),
            })
            .filter(|header| !EVER_NEW.iter().any(|name| header.starts_with(name)))
            .collect();
        headers.sort();
        let said = format!("{} {headers:?} {} {:?}", status.code(), status.message(), status.details());
        Self { class: reason(&status), said }
    }
}
