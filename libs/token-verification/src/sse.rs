//! The feed over HTTP, as server-sent events (HTML, "Server-sent events").

mod events;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use serde::Deserialize;

use crate::{FeedMessage, ResumePoint, RevocationSource, RevocationSubscription, SourceError};
use events::{Event, Events};

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// What is read of a refusal, in bytes.
const LONGEST_REFUSAL: usize = 4 * 1024;
/// The kinds of messages that are known here; others are of a later version.
const KINDS: [&str; 4] = ["snapshot", "batch", "heartbeat", "keys"];

/// Subscribes to the feed of a gateway. Its `Debug` doesn't show the key.
#[derive(Clone)]
pub struct SseSource {
    client: Client,
    url: Url,
    authorization: HeaderValue,
}

/// The settings of a source cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SseSettingsError {
    /// It is no URL.
    #[error("Name the feed by a URL such as https://accounts.example.com/api/v1/revocations.")]
    Url,
    /// The key and the feed would cross a network in clear.
    #[error("Name the feed by an https URL; http is for this machine alone.")]
    NotEncrypted,
    /// It cannot be sent.
    #[error("The server API key must be what the back office showed, which begins with gh_sk_.")]
    Key,
    /// The HTTP client cannot be set up.
    #[error("The HTTP client cannot be set up.")]
    Client(#[source] reqwest::Error),
}

/// Why the gateway is not heard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SseError {
    /// It refused to tell.
    #[error("the gateway answered {status} {code}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The stable code, if the answer held one: UNAUTHORIZED, TOKEN_REVOKED, TOKEN_EXPIRED and FORBIDDEN mean that another key is
        /// needed.
        code: String,
    },
    /// The connection failed or ended.
    #[error("the gateway cannot be heard")]
    Http(#[from] reqwest::Error),
    /// An event is larger than 4 MiB.
    #[error("an event is too large")]
    TooLarge,
    /// An event holds no message.
    #[error("an event cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

impl SseSource {
    /// Hears the feed at this URL, `https://…/api/v1/revocations`, with a server API key that has the scope `revocations:read`.
    ///
    /// # Errors
    /// [`SseSettingsError`] says what cannot be used.
    pub fn new(url: &str, server_key: &str) -> Result<Self, SseSettingsError> {
        let source = Self::in_clear(url, server_key)?;
        if source.url.scheme() == "https" || is_this_machine(&source.url) {
            Ok(source)
        } else {
            Err(SseSettingsError::NotEncrypted)
        }
    }

    /// The same, and takes `http` URLs of other machines too: for networks that encrypt by themselves, such as a service mesh.
    /// Elsewhere whoever listens learns the key, and whoever meddles decides which tokens are believed.
    ///
    /// # Errors
    /// [`SseSettingsError`] says what cannot be used.
    pub fn in_clear(url: &str, server_key: &str) -> Result<Self, SseSettingsError> {
        let url = Url::parse(url).map_err(|_| SseSettingsError::Url)?;
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err(SseSettingsError::Url);
        }
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {server_key}")).map_err(|_| SseSettingsError::Key)?;
        authorization.set_sensitive(true);
        // The key goes where it was said to go, and nowhere else.
        let mut client = Client::builder().redirect(Policy::none()).connect_timeout(CONNECT_WITHIN);
        if url.scheme() == "http" {
            // A proxy of the environment would read it.
            client = client.no_proxy();
        }
        let client = client.build().map_err(SseSettingsError::Client)?;
        Ok(Self { client, url, authorization })
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for SseSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SseSource").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// The messages of one subscription.
#[derive(Debug)]
pub struct SseSubscription {
    response: Response,
    events: Events,
}

impl RevocationSource for SseSource {
    type Subscription = SseSubscription;

    async fn subscribe(&mut self, from: Option<ResumePoint>) -> Result<SseSubscription, SourceError> {
        let request = self.client.get(self.url.clone()).header(AUTHORIZATION, self.authorization.clone());
        let mut request = request.header(ACCEPT, "text/event-stream");
        if let Some(from) = from {
            request = request.header("last-event-id", from.to_string());
        }
        let response = request.send().await.map_err(SseError::Http)?;
        if response.status() != StatusCode::OK {
            return Err(refusal(response).await.into());
        }
        Ok(SseSubscription { response, events: Events::default() })
    }
}

impl RevocationSubscription for SseSubscription {
    async fn next(&mut self) -> Result<Option<FeedMessage>, SourceError> {
        loop {
            while let Some(event) = self.events.next()? {
                if let Some(message) = read(&event)? {
                    return Ok(Some(message));
                }
            }
            match self.response.chunk().await.map_err(SseError::Http)? {
                Some(chunk) => self.events.add(&chunk),
                None => return Ok(None),
            }
        }
    }
}

/// What a later version says beside is left out: what it makes known is missed by the positions of the next message.
fn read(event: &Event) -> Result<Option<FeedMessage>, SseError> {
    if !KINDS.contains(&event.kind.as_str()) {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&event.data)?))
}

async fn refusal(mut response: Response) -> SseError {
    #[derive(Deserialize)]
    struct Envelope {
        error: Said,
    }
    #[derive(Deserialize)]
    struct Said {
        code: String,
    }
    let status = response.status();
    let mut body = Vec::new();
    while body.len() < LONGEST_REFUSAL
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk[..chunk.len().min(LONGEST_REFUSAL - body.len())]);
    }
    // Not repeated as it is: it may come from anywhere and goes into logs.
    let code = serde_json::from_slice::<Envelope>(&body).map(|envelope| envelope.error.code).unwrap_or_default();
    let is_code = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    SseError::Refused { status, code: if is_code { code } else { String::new() } }
}
