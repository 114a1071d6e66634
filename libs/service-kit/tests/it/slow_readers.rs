//! Clients that ask for an answer without an end and do not read it.

use std::convert::Infallible;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::stream;
use service_kit::http_server::serve_http;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// Something that an answer holds for as long as it lasts.
struct Held(UnboundedSender<()>);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_reading_is_given_up_and_what_it_held_is_free() {
    let (free, mut freed) = unbounded_channel();
    let endless = move || {
        let held = Held(free.clone());
        let chunk = move || {
            let _ = &held;
            Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 64 * 1024]))
        };
        async { Body::from_stream(stream::repeat_with(chunk)) }
    };
    let router = Router::new().route("/", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // It has asked before anything is served, so that time passes for nothing else than its silence.
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let (began, stop) = (Instant::now(), CancellationToken::new());
    let _stops = stop.clone().drop_guard();
    tokio::spawn(serve_http(listener, router, stop));

    timeout(Duration::from_secs(60), freed.recv()).await.expect("given up").unwrap();
    assert_eq!(began.elapsed().as_secs(), 30);
    drop(client);
}
