//! The feed over HTTP.

use std::time::Duration;

use token_verification::{
    FeedMessage, FeedState, Position, ResumePoint, RevocationFeed, RevocationSource, RevocationSubscription,
    SseSettingsError, SseSource, follow,
};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "gh_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const POSITIONS: &str = r#"{"i":1,"o":2,"b":3}"#;

/// A gateway that a test plays.
struct Gateway {
    listener: TcpListener,
    url: String,
}

impl Gateway {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1/revocations", listener.local_addr().unwrap());
        Self { listener, url }
    }

    fn source(&self) -> SseSource {
        SseSource::new(&self.url, KEY).unwrap()
    }

    /// The next request's head, and the connection to answer on.
    async fn asked(&self) -> (Vec<String>, TcpStream) {
        let (stream, _) = self.listener.accept().await.unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).await.unwrap();
            match line.trim_end() {
                "" => return (head, reader.into_inner()),
                line => head.push(line.to_owned()),
            }
        }
    }
}

async fn answer(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

const EVENTS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 1000\n\n";

fn snapshot() -> String {
    format!(
        "event: snapshot\nid: e/1.2.3\ndata: {{\"type\":\"snapshot\",\"epoch\":\"e\",\"part\":0,\"is_last\":true,\"through\":{POSITIONS},\
         \"token_lifetime_seconds\":300,\"events\":[]}}\n\n"
    )
}

fn heartbeat() -> String {
    format!("event: heartbeat\ndata: {{\"type\":\"heartbeat\",\"epoch\":\"e\",\"positions\":{POSITIONS}}}\n\n")
}

async fn refusal(text: &str) -> String {
    let gateway = Gateway::open().await;
    let mut source = gateway.source();
    let subscribing = tokio::spawn(async move { source.subscribe(None).await.err().map(|error| error.to_string()) });
    let (_, mut stream) = gateway.asked().await;
    answer(&mut stream, text).await;
    drop(stream);
    subscribing.await.unwrap().expect("it is refused")
}

#[tokio::test]
async fn a_follower_shows_its_key_hears_and_goes_on_where_it_was() {
    let gateway = Gateway::open().await;
    let feed = RevocationFeed::new();
    let following = tokio::spawn(follow(feed.clone(), gateway.source(), |_| ()));

    let (head, mut stream) = gateway.asked().await;
    assert_eq!(head[0], "GET /api/v1/revocations HTTP/1.1");
    let says = |head: &[String], line: &str| head.iter().any(|said| said.eq_ignore_ascii_case(line));
    assert!(says(&head, &format!("authorization: Bearer {KEY}")) && says(&head, "accept: text/event-stream"));
    assert!(!head.iter().any(|line| line.to_lowercase().starts_with("last-event-id")));
    // Cut anywhere, with a kind that a later version knows.
    let told = format!("{}event: poem\ndata: roses\n\n{}", snapshot(), heartbeat());
    answer(&mut stream, EVENTS).await;
    for byte in told.split_inclusive(':') {
        answer(&mut stream, byte).await;
    }
    let known: Position = "b:3".parse().unwrap();
    assert!(feed.wait_for(known, Duration::from_secs(10)).await);
    while feed.state() != FeedState::Fresh {
        tokio::task::yield_now().await;
    }
    drop(stream);

    let (head, _stream) = gateway.asked().await;
    assert!(says(&head, "last-event-id: e/1.2.3"), "{head:?}");
    following.abort();
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_by_nothing_that_a_stranger_wrote() {
    let body = r#"{"error":{"code":"TOKEN_REVOKED","message":"no","status":401}}"#;
    let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n", body.len());
    assert_eq!(refusal(&format!("{head}{body}")).await, "the gateway answered 401 Unauthorized TOKEN_REVOKED");
    let odd = r#"{"error":{"code":"<script>"}}"#;
    let head = format!("HTTP/1.1 502 Bad Gateway\r\ncontent-length: {}\r\n\r\n", odd.len());
    assert_eq!(refusal(&format!("{head}{odd}")).await, "the gateway answered 502 Bad Gateway ");
    let elsewhere = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(refusal(elsewhere).await, "the gateway answered 307 Temporary Redirect ", "the key goes nowhere else");
}

#[tokio::test]
async fn what_cannot_be_read_and_what_never_ends_end_a_subscription() {
    for told in ["event: batch\ndata: {}\n\n".to_owned(), format!("data: {}", "x".repeat(5 * 1024 * 1024))] {
        let gateway = Gateway::open().await;
        let mut source = gateway.source();
        let hearing = tokio::spawn(async move {
            let mut subscription = source.subscribe(None).await.unwrap();
            subscription.next().await.is_err()
        });
        let (_, mut stream) = gateway.asked().await;
        answer(&mut stream, EVENTS).await;
        // Whoever hears it may hang up in the middle.
        let _ = stream.write_all(told.as_bytes()).await;
        assert!(hearing.await.unwrap(), "{}", &told[..20]);
    }
}

#[tokio::test]
async fn a_feed_that_ends_is_over() {
    let gateway = Gateway::open().await;
    let mut source = gateway.source();
    let hearing = tokio::spawn(async move {
        let mut subscription = source.subscribe(None).await.unwrap();
        let first = subscription.next().await.unwrap();
        (first, subscription.next().await.unwrap())
    });
    let (_, mut stream) = gateway.asked().await;
    answer(&mut stream, &format!("{EVENTS}{}", heartbeat())).await;
    drop(stream);
    let (first, end) = hearing.await.unwrap();
    assert!(matches!(first, Some(FeedMessage::Heartbeat(_))) && end.is_none());
}

#[test]
fn a_key_goes_over_no_network_in_clear_and_is_not_shown() {
    for url in [
        "https://accounts.example.com/api/v1/revocations",
        "http://127.0.0.1:80/x",
        "http://[::1]/x",
        "http://localhost:1/x",
    ] {
        let source = SseSource::new(url, KEY).unwrap();
        assert!(!format!("{source:?}").contains("gh_sk_"), "{source:?}");
    }
    for url in ["http://accounts.example.com/x", "http://10.0.0.1/x", "http://localhost.example.com/x"] {
        assert!(matches!(SseSource::new(url, KEY), Err(SseSettingsError::NotEncrypted)), "{url}");
        assert!(SseSource::in_clear(url, KEY).is_ok(), "{url}");
    }
    for url in ["", "accounts.example.com", "ftp://accounts.example.com/x"] {
        assert!(matches!(SseSource::new(url, KEY), Err(SseSettingsError::Url)), "{url}");
    }
    assert!(matches!(SseSource::new("https://a.example", "a\nkey"), Err(SseSettingsError::Key)));
}

#[test]
fn a_resume_point_is_a_text_and_back() {
    for text in ["e/1.2.3", "an/epoch with a slash/0.0.9"] {
        assert_eq!(text.parse::<ResumePoint>().unwrap().to_string(), text);
    }
    for text in ["", "/1.2.3", "e/1.2", "e/1.2.3.4", "e/1.2.x", "1.2.3"] {
        assert!(text.parse::<ResumePoint>().is_err(), "{text}");
    }
}
