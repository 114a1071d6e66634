//! Clients over HTTP/2 that ask for much and open no window for it, on a connection that they go on reading.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::stream;
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use http::Request;
use service_kit::http_server::serve_http;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, advance, pause, resume, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::hosting::Served;
use crate::stub::{RPC, Stub};

/// Larger than the window that a stream begins with, and than what the server would buffer for it.
const LARGE_BYTES: usize = 1024 * 1024;

/// Something that an answer holds for as long as it lasts.
struct Held(UnboundedSender<()>);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

/// A server with a large answer, one without an end and a small one. It tells when something of the one without an end is free.
async fn served() -> (SocketAddr, UnboundedReceiver<()>, DropGuard) {
    let (free, freed) = unbounded_channel();
    let endless = move || {
        let held = Held(free.clone());
        let chunk = move || {
            let _ = &held;
            Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 64 * 1024]))
        };
        async { Body::from_stream(stream::repeat_with(chunk)) }
    };
    let router = Router::new()
        .route("/large", get(|| async { vec![b'x'; LARGE_BYTES] }))
        .route("/endless", get(endless))
        .route("/small", get(|| async { "small" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    tokio::spawn(serve_http(listener, router, stop.clone()));
    (address, freed, stop.drop_guard())
}

/// The window that a stream begins with where nobody says.
const USUAL_WINDOW: usize = 65_535;

/// A connection with room for the windows of many streams.
async fn connect(address: SocketAddr) -> SendRequest<Bytes> {
    connect_with(address, USUAL_WINDOW).await
}

/// The same where each stream begins with this window.
async fn connect_with(address: SocketAddr, window: usize) -> SendRequest<Bytes> {
    let connection = TcpStream::connect(address).await.unwrap();
    let mut settings = h2::client::Builder::new();
    settings.initial_connection_window_size(16 * 1024 * 1024).initial_window_size(u32::try_from(window).unwrap());
    let (client, connection) = settings.handshake(connection).await.unwrap();
    tokio::spawn(connection);
    client.ready().await.unwrap()
}

async fn get_from(client: &mut SendRequest<Bytes>, path: &str) -> RecvStream {
    let request = Request::get(format!("http://localhost{path}")).body(()).unwrap();
    let (answer, _) = client.send_request(request, true).unwrap();
    answer.await.unwrap().into_body()
}

/// A call of the stub with this text.
async fn call(client: &mut SendRequest<Bytes>, text: &str) -> RecvStream {
    let request = Request::post(format!("http://localhost{RPC}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap();
    let (answer, mut message) = client.send_request(request, false).unwrap();
    // The text is the second field; all of it is shorter than 128 bytes.
    let text_bytes = u8::try_from(text.len()).unwrap();
    let sent = [&[0, 0, 0, 0, text_bytes + 2, 0x12, text_bytes], text.as_bytes()].concat();
    message.send_data(sent.into(), true).unwrap();
    answer.await.unwrap().into_body()
}

/// Reads what comes and opens no window, until the stream ends: how much came, and why it ended.
async fn take_nothing(mut answer: RecvStream) -> (usize, Option<Reason>) {
    let mut came = 0;
    while let Some(piece) = answer.data().await {
        match piece {
            Ok(piece) => came += piece.len(),
            Err(error) => return (came, error.reason()),
        }
    }
    (came, None)
}

/// Asserts that the answer is given up after half a minute, and that the whole window came before. Time runs on while nothing else
/// is awaited than that.
async fn assert_is_given_up(answer: RecvStream, window: usize) {
    let began = Instant::now();
    pause();
    let (came, reason) = timeout(Duration::from_secs(90), take_nothing(answer)).await.expect("given up");
    resume();
    assert_eq!((came, reason), (window, Some(Reason::CANCEL)));
    let taken = began.elapsed().as_secs();
    // The half minute began when the window was full, which may have been a while ago.
    assert!((20..=45).contains(&taken), "{taken}");
}

#[tokio::test]
async fn an_answer_whose_window_is_never_opened_is_given_up_and_its_neighbours_are_answered() {
    let (address, mut freed, _stops) = served().await;
    let mut client = connect(address).await;
    let untaken = get_from(&mut client, "/endless").await;
    assert_eq!(take_nothing(get_from(&mut client, "/small").await).await, (5, None));

    assert_is_given_up(untaken, USUAL_WINDOW).await;
    timeout(Duration::from_secs(1), freed.recv()).await.expect("what it held is free").unwrap();
    assert_eq!(take_nothing(get_from(&mut client, "/small").await).await, (5, None));
}

#[tokio::test]
async fn whoever_takes_an_answer_slowly_gets_all_of_it() {
    let (address, _freed, _stops) = served().await;
    let mut answer = get_from(&mut connect(address).await, "/large").await;
    let (mut came, mut held, began) = (0, 0, Instant::now());
    while let Some(piece) = answer.data().await {
        let piece = piece.unwrap();
        came += piece.len();
        held += piece.len();
        // Half of its window at a time; in steps in which pings are answered soon enough.
        if held >= 32 * 1024 {
            pause();
            advance(Duration::from_secs(3)).await;
            resume();
            answer.flow_control().release_capacity(std::mem::take(&mut held)).unwrap();
        }
    }
    assert_eq!(came, LARGE_BYTES);
    assert!(began.elapsed() > Duration::from_secs(90), "{:?}", began.elapsed());
}

#[tokio::test]
async fn so_is_the_answer_of_a_call() {
    let stub = Stub::new(|request| async move {
        let asked = request.into_inner().page_token;
        Ok(if asked == "much" { "x".repeat(LARGE_BYTES) } else { asked })
    });
    let served = Served::start(stub.open()).await;
    let address = served.grpc.trim_start_matches("http://").parse().unwrap();
    let mut client = connect(address).await;
    let untaken = call(&mut client, "much").await;
    // The prefix, and the text with its tag and length.
    assert_eq!(take_nothing(call(&mut client, "small").await).await, (5 + 2 + 5, None));

    assert_is_given_up(untaken, USUAL_WINDOW).await;
    assert_eq!(take_nothing(call(&mut client, "small").await).await, (5 + 2 + 5, None));
}

#[tokio::test]
async fn so_is_one_of_which_a_single_byte_is_not_taken() {
    let (address, _freed, _stops) = served().await;
    let window = LARGE_BYTES - 1;
    let untaken = get_from(&mut connect_with(address, window).await, "/large").await;
    assert_is_given_up(untaken, window).await;

    let served = Served::start(Stub::echo().open()).await;
    let address = served.grpc.trim_start_matches("http://").parse().unwrap();
    let window = 5 + 2 + 4;
    let untaken = call(&mut connect_with(address, window).await, "small").await;
    assert_is_given_up(untaken, window).await;
}

#[tokio::test]
async fn one_that_just_fits_into_its_window_needs_no_larger_one() {
    let (address, _freed, _stops) = served().await;
    let answer = get_from(&mut connect_with(address, LARGE_BYTES).await, "/large").await;
    assert_eq!(take_nothing(answer).await, (LARGE_BYTES, None));
}
