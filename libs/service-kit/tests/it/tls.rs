//! TLS between services: who is believed, and files that change while calls are made.

mod party;
mod renewal;
mod strangers;

use std::net::SocketAddr;
use std::time::Duration;

use service_kit::Channel;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use self::party::Party;
use crate::hosting::Served;
use crate::serving::http_get;
use crate::stub::{Stub, ask, message};

#[tokio::test]
async fn a_call_goes_over_tls_where_both_sides_are_believed() {
    let authority = test_kit::Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let channel = Channel::remote_over(&served.grpc, &caller.tls).unwrap();
    assert_eq!(ask(&channel, message("roses")).await.unwrap(), "roses");
    assert_eq!(ask(&channel.for_streams(), message("tulips")).await.unwrap(), "tulips");
    let lane = Channel::remote_lane(&served.grpc, &caller.tls).unwrap();
    assert_eq!(ask(&lane, message("lilies")).await.unwrap(), "lilies");
}

#[tokio::test]
async fn calls_go_over_tls_to_each_address_of_a_name_in_turn() {
    let authority = test_kit::Authority::new();
    let (shop, caller) = (Party::new(&authority, &["flowers"]), Party::new(&authority, &["caller"]));
    let named = |name: &'static str| Stub::new(move |_| async move { Ok(name.to_owned()) }).open();
    let (one, other) =
        (Served::start_over(named("one"), &shop.tls).await, Served::start_over(named("other"), &shop.tls).await);
    let addresses: Vec<SocketAddr> =
        [&one, &other].map(|served| served.grpc.trim_start_matches("https://").parse().unwrap()).to_vec();
    let look_up = move || {
        let addresses = addresses.clone();
        async move { Ok(addresses) }
    };
    let channel = Channel::remote_by("https://flowers:50051", &caller.tls, look_up).unwrap();
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(ask(&channel, message("")).await.unwrap());
    }
    assert_eq!(answers.iter().filter(|answer| *answer == "one").count(), 5, "{answers:?}");
}

#[tokio::test]
async fn a_name_is_looked_up_for_tls_as_well() {
    let authority = test_kit::Authority::new();
    let (shop, caller) = (Party::new(&authority, &["localhost"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let url = served.grpc.replace("127.0.0.1", "localhost");
    assert_eq!(ask(&Channel::remote_over(&url, &caller.tls).unwrap(), message("roses")).await.unwrap(), "roses");
    let lane = Channel::remote_lane(&url, &caller.tls).unwrap();
    assert_eq!(ask(&lane, message("lilies")).await.unwrap(), "lilies");
}

#[tokio::test]
async fn whoever_does_not_finish_a_handshake_is_in_nobodys_way() {
    let authority = test_kit::Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(served.grpc.trim_start_matches("https://")).await.unwrap());
    }
    let channel = Channel::remote_over(&served.grpc, &caller.tls).unwrap();
    assert_eq!(ask(&channel, message("roses")).await.unwrap(), "roses");
}

#[tokio::test]
async fn whoever_begins_many_handshakes_and_finishes_none_loses_the_oldest() {
    let authority = test_kit::Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(served.grpc.trim_start_matches("https://")).await.unwrap());
    }
    // Sooner than after the time that a handshake may take.
    let given_up = tokio::time::timeout(Duration::from_secs(5), silent[0].read(&mut [0; 1])).await;
    assert_eq!(given_up.expect("given up").unwrap(), 0);
    let channel = Channel::remote_over(&served.grpc, &caller.tls).unwrap();
    assert_eq!(ask(&channel, message("roses")).await.unwrap(), "roses");
}

#[tokio::test]
async fn a_handshake_that_fails_holds_up_none_beside_it_even_where_nobody_comes_after() {
    let authority = test_kit::Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let server = served.grpc.trim_start_matches("https://");
    let mut good = TcpStream::connect(server).await.unwrap();
    let mut bad = TcpStream::connect(server).await.unwrap();
    bad.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    while bad.read(&mut [0; 64]).await.is_ok_and(|length| length > 0) {}

    // The call goes over the connection that was made before.
    let between = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", between.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut client, _) = between.accept().await.unwrap();
        copy_bidirectional(&mut client, &mut good).await
    });
    let channel = Channel::remote_over(&url, &caller.tls).unwrap();
    assert_eq!(ask(&channel, message("roses")).await.unwrap(), "roses");
}

#[tokio::test]
async fn operators_are_told_when_each_certificate_ends() {
    let authority = test_kit::Authority::new();
    let shop = Party::new(&authority, &["127.0.0.1"]);
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let told = http_get(&served, "/metrics").await;
    // The first of January 2090, and that of 4096.
    for line in [
        "# UNIT guildhall_tls_cert_not_after_seconds seconds",
        "guildhall_tls_cert_not_after_seconds{file=\"certificate\"} 3786912000",
        "guildhall_tls_cert_not_after_seconds{file=\"client_ca\"} 67090118400",
        "guildhall_tls_cert_not_after_seconds{file=\"upstream_ca\"} 67090118400",
        "guildhall_tls_reload_failures_total{file=\"certificate\"} 0",
    ] {
        assert!(told.lines().any(|said| said == line), "{line}: {told}");
    }
}
