//! Streams that would last for as long as their callers want end when the process does.

use std::future::ready;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use http_body_util::{BodyExt, BodyStream, Empty, StreamBody};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::stop::Stop;

/// The answer of `next`, which ends with UNAVAILABLE at the end of the process if it has not ended by then. What is ready to be
/// sent is sent before that, and what the caller would still ask is not waited for.
pub(crate) async fn end_with(State(stop): State<Stop>, request: Request, next: Next) -> Response {
    let is_cut = CancellationToken::new();
    let asked_until = is_cut.clone().cancelled_owned();
    let request = request.map(|body| Body::new(StreamBody::new(BodyStream::new(body).take_until(asked_until))));
    let answer = next.run(request).await;
    // A status without a message stands in the head, and must stay alone there.
    if answer.body().is_end_stream() {
        return answer;
    }
    answer.map(|body| {
        let frames = stream::unfold(Some(body), move |body| {
            let (stop, is_cut) = (stop.clone(), is_cut.clone());
            async move {
                let mut body = body?;
                tokio::select! {
                    biased;
                    frame = body.frame() => return frame.map(|frame| (frame, Some(body))),
                    () = stop.ending().cancelled() => {}
                }
                // After the answer: an end of what is asked would end it as if all were well.
                is_cut.cancel();
                farewell().frame().await.map(|frame| (frame, None))
            }
        });
        Body::new(StreamBody::new(frames))
    })
}

/// Nothing more but how it ended.
fn farewell() -> Body {
    let mut trailers = HeaderMap::new();
    // It fails for words that no header can carry; these it can.
    let _ = Status::unavailable("This process stops; ask again, and another one answers.").add_header(&mut trailers);
    Body::new(Empty::<Bytes>::new().with_trailers(ready(Some(Ok(trailers)))))
}
