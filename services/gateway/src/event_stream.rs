//! What is taken away, as server-sent events: each message of identity's feed as it comes.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use contracts::identity::v1::WatchResponse;
use futures_util::stream;
use revocation_feed::{feed_message, resume_point_of};
use service_kit::lanes::Place;
use token_verification::FeedMessage;
use tokio::sync::mpsc::{self, Sender};
use tokio_util::sync::CancellationToken;
use tonic::Streaming;

/// Said at first: after how many milliseconds a browser's `EventSource` comes back. It also shows that the stream has begun.
const BEGINNING: Bytes = Bytes::from_static(b"retry: 1000\n\n");
/// Events that wait for the listener here. Each may be a megabyte; identity's ring, which all listeners share, is where they wait.
const MOST_WAITING: usize = 2;
/// A listener that takes nothing for so long is cut. One that is merely too slow is cut by identity, which waits for nobody.
const TAKES_WITHIN: Duration = Duration::from_secs(5);

/// The body that tells these messages until they end, the gateway stops, or the listener is gone or doesn't listen. The place is
/// free again then.
pub(crate) fn tell(messages: Streaming<WatchResponse>, place: Place, stop: CancellationToken) -> Body {
    let (sender, receiver) = mpsc::channel(MOST_WAITING);
    tokio::spawn(async move {
        let _place = place;
        tokio::select! {
            () = stop.cancelled() => {}
            () = pass_on(messages, &sender) => {}
            // While nothing comes, nothing is sent either, which would tell.
            () = sender.closed() => {}
        }
    });
    let events = stream::unfold(receiver, |mut receiver| async move {
        let event: Bytes = receiver.recv().await?;
        Some((Ok::<_, Infallible>(event), receiver))
    });
    Body::from_stream(events)
}

async fn pass_on(mut messages: Streaming<WatchResponse>, listener: &Sender<Bytes>) {
    let mut next = BEGINNING;
    loop {
        if listener.send_timeout(next, TAKES_WITHIN).await.is_err() {
            tracing::debug!("a listener of revocations does not listen and is cut");
            return;
        }
        next = loop {
            match messages.message().await {
                Ok(Some(response)) => {
                    if let Some(event) = feed_message(response).ok().and_then(|message| event(&message)) {
                        break event;
                    }
                }
                Ok(None) => return,
                Err(status) => {
                    tracing::debug!(code = ?status.code(), "a feed of revocations has ended");
                    return;
                }
            }
        };
    }
}

/// A message as an event. The id says where a listener that has heard it can go on; a message that is no such place has none,
/// and the last one stays.
fn event(message: &FeedMessage) -> Option<Bytes> {
    let kind = match message {
        FeedMessage::Snapshot(_) => "snapshot",
        FeedMessage::Batch(_) => "batch",
        FeedMessage::Heartbeat(_) => "heartbeat",
        FeedMessage::Keys { .. } => "keys",
    };
    let mut event = format!("event: {kind}\n").into_bytes();
    if let Some(point) = resume_point_of(message) {
        event.extend_from_slice(format!("id: {point}\n").as_bytes());
    }
    event.extend_from_slice(b"data: ");
    // In JSON no line ends.
    serde_json::to_writer(&mut event, message).ok()?;
    event.extend_from_slice(b"\n\n");
    Some(event.into())
}
