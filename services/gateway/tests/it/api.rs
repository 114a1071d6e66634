//! A gateway served on a loopback port, and a client for it.

use gateway::{AppUrl, DevPages, Origin, PageSettings, Settings, Upstreams};
use http::HeaderMap;
use reqwest::Method;
use serde_json::Value;
use service_kit::http_server::serve_http;
use service_kit::{Channel, Clock, Entropy, Lanes, MasterKey, Metrics, Traces};
use test_kit::TestIssuer;
use token_verification::{Freshness, RevocationFeed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::stub::Stub;

pub const USER: Uuid = Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0001);
pub const ORGANIZATION: Uuid = Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0002);

pub const OWN_ORIGIN: &str = "https://guildhall.test";
pub const APP_URL: &str = "https://shop.example/start";
pub const APP_ORIGIN: &str = "https://shop.example";
pub const OTHER_APP_ORIGIN: &str = "https://desk.example:8443";

pub struct Api {
    pub stub: Stub,
    pub issuer: TestIssuer,
    pub clock: Clock,
    pub address: String,
    http: reqwest::Client,
    pub stop: CancellationToken,
    pub served: JoinHandle<std::io::Result<()>>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("JSON, not {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_else(|| panic!("the envelope, not {}", self.text)).to_owned()
    }

    /// The one part of the request that was refused, and why.
    pub fn violation(&self) -> (String, String) {
        assert_eq!((self.status, self.code().as_str()), (400, "VALIDATION_ERROR"), "{}", self.text);
        let fields = self.json()["error"]["details"]["fields"].clone();
        let [field] = fields.as_array().unwrap().as_slice() else { panic!("one field, not {fields}") };
        (field["field"].as_str().unwrap().to_owned(), field["message"].as_str().unwrap().to_owned())
    }
}

impl Api {
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    pub async fn start_with(dev: Option<DevPages>) -> Self {
        Self::start_believing(dev, Freshness::UntilExpiry).await
    }

    /// One that hears what was taken away.
    pub async fn start_hearing(feed: &RevocationFeed) -> Self {
        Self::start_believing(None, Freshness::Feed(feed.clone())).await
    }

    async fn start_believing(dev: Option<DevPages>, freshness: Freshness) -> Self {
        let (stub, upstream) = Stub::start().await;
        let clock = test_kit::clock();
        let issuer = TestIssuer::new(&clock);
        let trust = issuer.trust_as(freshness);
        let channel = Channel::remote(&upstream).unwrap().with_credential(&trust.service_secrets);
        let upstreams = Upstreams {
            identity: channel.clone(),
            organizations: channel.clone(),
            invitations: channel.clone(),
            billing: channel.clone(),
            revocations: Lanes::new([channel]),
        };
        let stop = CancellationToken::new();
        let settings = Settings {
            master_key: MasterKey::from_bytes([7; 32]),
            public_url: OWN_ORIGIN.to_owned(),
            trusted_proxies: Vec::new(),
            own_origin: Origin::of_url(OWN_ORIGIN).unwrap(),
            app_origins: [APP_ORIGIN, OTHER_APP_ORIGIN].map(|origin| Origin::parse(origin).unwrap()).into(),
            pages: PageSettings {
                product_name: "Acme accounts".to_owned(),
                app_url: Some(AppUrl::parse(APP_URL).unwrap()),
                shortest_password: 15,
                offers_sign_up: true,
            },
            dev,
            traces: Traces::none(),
            stop: stop.clone(),
            entropy: Entropy::seeded(1),
            metrics: Metrics::new(),
        };
        let router = gateway::build(settings, &trust, upstreams).unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let served = tokio::spawn(serve_http(listener, router, stop.clone()));
        Self { stub, issuer, clock, address, http, stop, served }
    }

    /// A token of the user, acting for the organization.
    pub fn token(&self) -> String {
        self.issuer.token_in(USER, ORGANIZATION, &["org:read"])
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path).bearer_auth(self.token())).await
    }

    pub async fn get_as_nobody(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        send(self.request(method, path).bearer_auth(self.token()).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body).await
    }

    /// Posts these very bytes as JSON.
    pub async fn post_bytes(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        send(self.request(Method::POST, path).header("content-type", "application/json").body(body)).await
    }

    /// Writes these bytes to the socket and reads until the gateway closes it.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }
}

pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}
