//! The HTTP wire, as any client would use it.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::assert_no_canary;

/// The front door.
#[derive(Clone)]
pub struct Api {
    base: String,
    client: Client,
}

/// A request to make; paths begin with `/` and are meant below `/api/v1` unless they are at the root.
pub struct Ask<'a> {
    pub method: Method,
    pub path: &'a str,
    pub token: Option<&'a str>,
    pub body: Option<(&'a str, Vec<u8>)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// Null when there is no body or it is not JSON.
    pub json: Value,
}

const BELOW_THE_ROOT: [&str; 3] = ["/.well-known/", "/openapi.json", "/dev/"];

impl Api {
    pub fn new(base: &str) -> Self {
        // A client of its own: connections belong to the runtime of the test that made them.
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        Self { base: base.to_owned(), client }
    }

    pub async fn ask(&self, ask: Ask<'_>) -> Answer {
        self.ask_with(ask, HeaderMap::new()).await
    }

    /// As `ask`, with these headers beside.
    pub async fn ask_with(&self, ask: Ask<'_>, headers: HeaderMap) -> Answer {
        let asked = format!("{} {}", ask.method, ask.path);
        let answer = self.request(ask, headers).send().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Answer::read(asked, answer).await
    }

    /// The same, but `None` when there was no answer.
    pub async fn try_ask(&self, ask: Ask<'_>, headers: HeaderMap) -> Option<Answer> {
        let asked = format!("{} {}", ask.method, ask.path);
        Self::try_send(&asked, self.request(ask, headers)).await
    }

    fn request(&self, ask: Ask<'_>, headers: HeaderMap) -> RequestBuilder {
        let at_root = ask.path.starts_with("/api/") || BELOW_THE_ROOT.iter().any(|start| ask.path.starts_with(start));
        let prefix = if at_root { "" } else { "/api/v1" };
        let mut request =
            self.client.request(ask.method, format!("{}{prefix}{}", self.base, ask.path)).headers(headers);
        if let Some(token) = ask.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some((kind, bytes)) = ask.body {
            if !kind.is_empty() {
                request = request.header(CONTENT_TYPE, kind);
            }
            request = request.body(bytes);
        }
        request
    }

    /// A page or a form at its whole path.
    pub async fn page(&self, method: Method, path: &str, headers: HeaderMap, body: Option<String>) -> Answer {
        let asked = format!("{method} {path}");
        let mut request = self.client.request(method, format!("{}{path}", self.base)).headers(headers);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Answer::read(asked, answer).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.json(Method::GET, path, None, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::POST, path, None, Some(body)).await
    }

    /// A POST that a proxy passes on for the client at this address.
    pub async fn post_for(&self, client: &str, path: &str, body: &Value) -> Answer {
        self.post_with(&[("x-forwarded-for", client)], path, body).await
    }

    /// A POST with headers of its own.
    pub async fn post_with(&self, headers: &[(&str, &str)], path: &str, body: &Value) -> Answer {
        let asked = format!("POST {path}");
        let mut request = self.client.post(format!("{}/api/v1{path}", self.base)).json(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Answer::read(asked, answer).await
    }

    /// A request with or without a bearer token and a JSON body.
    pub async fn json(&self, method: Method, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        self.ask(Ask { method, path, token, body }).await
    }

    /// The whole of a list, as lines of JSON.
    pub async fn export(&self, path: &str, token: &str) -> String {
        let request = self.client.get(format!("{}/api/v1{path}", self.base)).bearer_auth(token);
        let answer = request.header(ACCEPT, "application/x-ndjson").send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/x-ndjson");
        answer.text().await.expect("the whole export")
    }

    /// As `json`, but `None` when there was no answer: for products that die meanwhile.
    pub async fn try_json(&self, method: Method, path: &str, token: Option<&str>, body: &Value) -> Option<Answer> {
        self.try_with(&[], method, path, token, body).await
    }

    /// The same with headers of its own.
    pub async fn try_with(
        &self,
        headers: &[(&str, &str)],
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Option<Answer> {
        let mut request = self.client.request(method, format!("{}/api/v1{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Self::try_send(path, request.json(body)).await
    }

    /// As `try_json`, as the request with this id.
    pub async fn try_named(
        &self,
        id: &str,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let mut request = self.client.request(method, format!("{}/api/v1{path}", self.base));
        if let Some(body) = body {
            request = request.json(body);
        }
        Self::try_send(path, request.header("x-request-id", id).bearer_auth(token)).await
    }

    async fn try_send(path: &str, request: RequestBuilder) -> Option<Answer> {
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let text = answer.text().await.ok()?;
        Some(Answer::new(path.to_owned(), status, headers, text))
    }
}

impl Answer {
    async fn read(asked: String, answer: reqwest::Response) -> Self {
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let text = answer.text().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Self::new(asked, status, headers, text)
    }

    fn new(asked: String, status: u16, headers: HeaderMap, text: String) -> Self {
        if status >= 400 {
            assert_no_canary(&text, "an error");
        }
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { asked, status, headers, text, json }
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        self.json
    }

    /// The details of a refusal with this code and status, in the one envelope.
    #[track_caller]
    pub fn refused(self, code: &str, status: u16) -> Value {
        let about = format!("{}: {} {}", self.asked, self.status, self.text);
        assert_eq!((self.code(), self.status), (code, status), "{about}");
        let error = &self.json["error"];
        assert_eq!(error["status"], status, "{about}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{about}");
        let request_id = self.header("x-request-id").expect("a request id");
        assert_eq!(error["request_id"], request_id, "{about}");
        error["details"].clone()
    }

    /// The code of a refusal, else nothing.
    pub fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("visible characters"))
    }
}
