//! Connections to a service over which nothing is said.

use std::time::Duration;

use http::Request;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{pause, resume, sleep, timeout};

use crate::hosting::Served;
use crate::stub::Stub;

async fn connect(served: &Served) -> TcpStream {
    TcpStream::connect(served.grpc.trim_start_matches("http://")).await.unwrap()
}

#[tokio::test]
async fn one_that_does_not_begin_with_http_2_is_closed_after_a_while() {
    let served = Served::start(Stub::echo().open()).await;
    let mut silent = connect(&served).await;
    // Time runs on while nothing else is awaited than its end.
    pause();
    timeout(Duration::from_secs(30), silent.read_to_end(&mut Vec::new())).await.expect("closed").unwrap();
    resume();
    served.stop.now();
}

#[tokio::test]
async fn one_that_does_may_wait_with_its_first_call() {
    let served = Served::start(Stub::echo().open()).await;
    let (client, connection) = h2::client::handshake(connect(&served).await).await.unwrap();
    tokio::spawn(connection);
    pause();
    sleep(Duration::from_secs(60)).await;
    resume();
    let request = Request::post(format!("{}/nobody/Knows", served.grpc)).body(()).unwrap();
    let (answer, _) = client.ready().await.unwrap().send_request(request, true).unwrap();
    answer.await.expect("an answer, whatever it says");
    served.stop.now();
}

#[tokio::test]
async fn the_stop_does_not_wait_for_them() {
    let served = Served::start(Stub::echo().open()).await;
    let _silent = connect(&served).await;
    // It says what it speaks, and answers nothing more.
    let _unread = h2::client::handshake(connect(&served).await).await.unwrap();
    served.stop.now();
    timeout(Duration::from_secs(10), served.end).await.expect("nobody holds it up").unwrap().unwrap();
}
