//! An answer that begins and never ends.

use service_kit::refusal::reason_of;
use service_kit::{Channel, ErrorReason};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::hosting::Served;
use crate::stub::{Stub, ask, message};

/// Type of the HTTP/2 frame (RFC 9113, section 6.2) that an answer begins with.
pub const HEADERS: u8 = 1;
pub const FRAME_HEAD: usize = 9;

/// Passes the server's frames on, up to and including the first one of this kind.
pub async fn pass_until(kind: u8, server: &mut (impl AsyncReadExt + Unpin), client: &mut (impl AsyncWriteExt + Unpin)) {
    loop {
        let mut frame = vec![0; FRAME_HEAD];
        server.read_exact(&mut frame).await.unwrap();
        let length = usize::from(frame[0]) << 16 | usize::from(frame[1]) << 8 | usize::from(frame[2]);
        frame.resize(FRAME_HEAD + length, 0);
        server.read_exact(&mut frame[FRAME_HEAD..]).await.unwrap();
        client.write_all(&frame).await.unwrap();
        if frame[3] == kind {
            return;
        }
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_outage() {
    let served = Served::start(Stub::echo().open()).await;
    let between = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", between.local_addr().unwrap());
    let server = served.grpc.trim_start_matches("http://").to_owned();
    let cut = tokio::spawn(async move {
        let (mut from_client, mut to_client) = between.accept().await.unwrap().0.into_split();
        let (mut from_server, mut to_server) = TcpStream::connect(server).await.unwrap().into_split();
        let asking = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
        pass_until(HEADERS, &mut from_server, &mut to_client).await;
        asking.abort();
    });
    let status = ask(&Channel::remote(&address).unwrap(), message("")).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::ServiceUnavailable), "{status:?}");
    cut.await.unwrap();
    served.stop.now();
}
