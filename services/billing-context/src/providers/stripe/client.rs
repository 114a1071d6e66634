//! Calls to Stripe's API: form-encoded, bounded in time and size, safe to repeat.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::providers::ProviderError;
use crate::providers::stripe::answers::{List, Refused};

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(7);
/// A call is made so often while Stripe cannot take it; all its tries carry the same idempotency key.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// No answer that is read here comes near to this.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
const PAGE: usize = 100;

const VERSION: HeaderName = HeaderName::from_static("stripe-version");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const SHOULD_RETRY: HeaderName = HeaderName::from_static("stripe-should-retry");

/// Fields of a form, with Stripe's brackets in their names.
pub type Form<'a> = [(&'a str, String)];

/// How Stripe is reached.
#[derive(Clone)]
pub struct StripeClient {
    http: reqwest::Client,
    base: Url,
    version: String,
    secret_key: SecretString,
}

/// A call did not do what it was for.
#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    /// Nobody answered, or somebody who could not now. It may have been done.
    #[error("Stripe does not answer: {0}")]
    Unavailable(String),
    /// The call's key stands for an answer that failed, and will for a day; what it was for may have been done.
    #[error("Stripe remembers a failure for the call's key: {0}")]
    KeySpent(String),
    /// Stripe will not do it.
    #[error("Stripe refuses with {status} {code}: {message}")]
    Refused {
        /// The answer's status.
        status: u16,
        /// Stripe's word for it, empty when there is none.
        code: String,
        /// Stripe's sentence, for the log.
        message: String,
    },
}

impl StripeError {
    /// Whether Stripe has no such object.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "resource_missing")
    }
}

impl From<StripeError> for ProviderError {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Unavailable(_) | StripeError::KeySpent(_) => Self::Unavailable(error.to_string()),
            // A key that is not good yet, or no longer, is put right by the operator; the call is not to be given up.
            StripeError::Refused { status: 401 | 403, .. } => Self::Unavailable(error.to_string()),
            StripeError::Refused { status: 402, .. } => Self::Declined(error.to_string()),
            StripeError::Refused { .. } => Self::Refused(error.to_string()),
        }
    }
}

/// What was read of a list.
pub struct Listed<T> {
    pub all: Vec<T>,
    /// Whether the list goes on.
    pub has_more: bool,
    /// How many calls it took.
    pub pages: usize,
}

impl StripeClient {
    /// A client of this account. Fails when this machine cannot make calls at all.
    pub fn new(base: Url, version: String, secret_key: SecretString) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .user_agent("guildhall")
            .build()?;
        Ok(Self { http, base, version, secret_key })
    }

    /// Reads something.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &Form<'_>) -> Result<T, StripeError> {
        self.call(Method::GET, path, query, None).await
    }

    /// Reads a list to its end, or until there are `most` entries or more.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Form<'_>,
        most: usize,
        id: impl Fn(&T) -> &str,
    ) -> Result<Listed<T>, StripeError> {
        self.list_pages(path, query, most.div_ceil(PAGE), id).await
    }

    /// Reads a list to its end, or so many pages of it.
    pub async fn list_pages<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Form<'_>,
        most: usize,
        id: impl Fn(&T) -> &str,
    ) -> Result<Listed<T>, StripeError> {
        let mut listed = Listed { all: Vec::new(), has_more: true, pages: 0 };
        while listed.has_more && listed.pages < most {
            let mut query = query.to_vec();
            query.push(("limit", PAGE.to_string()));
            query.extend(listed.all.last().map(|last| ("starting_after", id(last).to_owned())));
            let page: List<T> = self.get(path, &query).await?;
            listed.has_more = page.has_more && !page.data.is_empty();
            listed.all.extend(page.data);
            listed.pages += 1;
        }
        Ok(listed)
    }

    /// Does something, once for each key.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, form: &Form<'_>, key: &str) -> Result<T, StripeError> {
        self.call(Method::POST, path, form, Some(key)).await
    }

    /// Ends something.
    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, StripeError> {
        self.call(Method::DELETE, path, &[], None).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        fields: &Form<'_>,
        key: Option<&str>,
    ) -> Result<T, StripeError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match self.try_once(&method, path, fields, key).await {
                Err(StripeError::Unavailable(problem)) => {
                    tracing::debug!(%method, path, problem, "Stripe is asked again");
                    tokio::time::sleep(pause).await;
                    pause *= 3;
                }
                outcome => return outcome,
            }
        }
        self.try_once(&method, path, fields, key).await
    }

    async fn try_once<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        fields: &Form<'_>,
        key: Option<&str>,
    ) -> Result<T, StripeError> {
        let mut url = self.base.clone();
        url.set_path(path);
        let mut request = self
            .http
            .request(method.clone(), url)
            .bearer_auth(self.secret_key.expose_secret())
            .header(VERSION, &self.version);
        request = match key {
            Some(key) => request.header(IDEMPOTENCY_KEY, key).form(fields),
            None => request.query(fields),
        };
        // The error of a request names its address, which holds ids of ours and nothing secret.
        let response = request.send().await.map_err(|error| StripeError::Unavailable(error.to_string()))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_bounded(response).await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| StripeError::Unavailable(format!("its answer cannot be read: {error}")));
        }
        let why = serde_json::from_slice::<Refused>(&body).unwrap_or_default().error;
        if status.is_server_error() && headers.get(REPLAYED).is_some_and(|value| value == "true") {
            return Err(StripeError::KeySpent(format!("{status} {}: {}", why.kind, why.message)));
        }
        if may_pass(status, &headers) {
            return Err(StripeError::Unavailable(format!("{status} {}: {}", why.kind, why.message)));
        }
        Err(StripeError::Refused { status: status.as_u16(), code: why.code.unwrap_or(why.kind), message: why.message })
    }
}

/// Whether the same call may go through later.
fn may_pass(status: StatusCode, headers: &HeaderMap) -> bool {
    match headers.get(SHOULD_RETRY).map(|value| value.as_bytes()) {
        Some(b"true") => true,
        Some(b"false") => status.is_server_error(),
        _ => status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT),
    }
}

async fn read_bounded(mut response: Response) -> Result<Vec<u8>, StripeError> {
    let broken = |error: reqwest::Error| StripeError::Unavailable(format!("its answer broke off: {error}"));
    let is_json =
        response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"application/json"));
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(broken)? {
        if body.len() + part.len() > LARGEST_ANSWER {
            return Err(StripeError::Unavailable("its answer is larger than any that is read here".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    if is_json { Ok(body) } else { Ok(Vec::new()) }
}
