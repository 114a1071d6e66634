//! Calls between services whose connection breaks under them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contracts::FILE_DESCRIPTOR_SET;
use contracts::identity::v1::WatchRequest;
use contracts::identity::v1::revocation_service_client::RevocationServiceClient;
use contracts::organizations::v1::CreateOrganizationRequest;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use service_kit::idempotency::Methods;
use service_kit::refusal::reason_of;
use service_kit::{Channel, ErrorReason};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::broken_answers::{FRAME_HEAD, HEADERS, pass_until};
use crate::hosting::Served;
use crate::stub::{Stub, ask, message};

/// What happens to the first connections; those that follow are passed on.
#[derive(Clone, Copy)]
enum Breaks {
    /// When the request has come.
    Asked,
    /// In the middle of the answer.
    Answering,
}

/// Something in between that breaks so many connections.
struct Between {
    channel: Channel,
    connections: Arc<AtomicUsize>,
}

impl Between {
    async fn to(served: &Served, broken: usize, breaks: Breaks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let channel = Channel::remote(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let (counted, server) = (Arc::clone(&connections), served.grpc.trim_start_matches("http://").to_owned());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let server = server.clone();
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(server).await.unwrap();
                    match breaks {
                        _ if number >= broken => {
                            let _ = copy_bidirectional(&mut client, &mut server).await;
                        }
                        // More than the preface: the request is on its way.
                        Breaks::Asked => {
                            let _ = client.read_exact(&mut [0; 200]).await;
                        }
                        Breaks::Answering => {
                            let (mut from_client, mut to_client) = client.into_split();
                            let (mut from_server, mut to_server) = server.into_split();
                            let asking = tokio::spawn(async move { copy(&mut from_client, &mut to_server).await });
                            pass_until(HEADERS, &mut from_server, &mut to_client).await;
                            asking.abort();
                        }
                    }
                });
            }
        });
        Self { channel: channel.repeating(&Methods::of(FILE_DESCRIPTOR_SET)), connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn what_only_reads_is_asked_again_whenever_the_connection_breaks() {
    let served = Served::start(Stub::echo().open()).await;
    for breaks in [Breaks::Asked, Breaks::Answering] {
        let between = Between::to(&served, 1, breaks).await;
        assert_eq!(ask(&between.channel, message("the same")).await.unwrap(), "the same");
        assert_eq!(between.connections(), 2);
    }
    served.stop.now();
}

#[tokio::test]
async fn after_two_repetitions_it_is_an_outage() {
    let served = Served::start(Stub::echo().open()).await;
    let between = Between::to(&served, 10, Breaks::Asked).await;
    let status = ask(&between.channel, message("")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
    assert_eq!(between.connections(), 3);
    served.stop.now();
}

#[tokio::test]
async fn what_may_have_been_carried_out_is_not_asked_for_again() {
    let served = Served::start(Stub::echo().open()).await;
    let between = Between::to(&served, 1, Breaks::Asked).await;
    let mut client = OrganizationServiceClient::new(between.channel.clone());
    let request = CreateOrganizationRequest { name: "Acme".to_owned(), ..CreateOrganizationRequest::default() };
    let status = client.create_organization(request).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
    assert_eq!(between.connections(), 1);
    served.stop.now();
}

#[tokio::test]
async fn a_stream_is_asked_for_once() {
    let served = Served::start(Stub::echo().open()).await;
    let between = Between::to(&served, 1, Breaks::Asked).await;
    let mut client = RevocationServiceClient::new(between.channel.clone());
    assert!(client.watch(WatchRequest::default()).await.is_err());
    assert_eq!(between.connections(), 1);
    served.stop.now();
}

/// Speaks just enough HTTP/2 to say of every request that it was not looked at (RFC 9113, section 8.7); tells of each.
async fn refuse_streams(mut connection: TcpStream, refused: mpsc::UnboundedSender<u32>) {
    const PREFACE: usize = 24;
    const SETTINGS: [u8; FRAME_HEAD] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const REFUSED_STREAM: u32 = 7;
    connection.read_exact(&mut [0; PREFACE]).await.unwrap();
    connection.write_all(&SETTINGS).await.unwrap();
    loop {
        let mut head = [0; FRAME_HEAD];
        if connection.read_exact(&mut head).await.is_err() {
            return;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        connection.read_exact(&mut vec![0; length as usize]).await.unwrap();
        if head[3] == HEADERS {
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let mut reset = vec![0, 0, 4, 3, 0];
            reset.extend(stream.to_be_bytes());
            reset.extend(REFUSED_STREAM.to_be_bytes());
            connection.write_all(&reset).await.unwrap();
            refused.send(stream).unwrap();
        }
    }
}

#[tokio::test]
async fn what_surely_was_not_taken_up_is_asked_for_again_whatever_it_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = Channel::remote(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let (sender, mut refused) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(refuse_streams(connection, sender.clone()));
        }
    });
    let mut client = OrganizationServiceClient::new(channel.repeating(&Methods::of(FILE_DESCRIPTOR_SET)));
    let request = CreateOrganizationRequest { name: "Acme".to_owned(), ..CreateOrganizationRequest::default() };
    let status = client.create_organization(request).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
    for _ in 0..3 {
        refused.recv().await.unwrap();
    }
    assert!(refused.try_recv().is_err(), "three times in all");
}
