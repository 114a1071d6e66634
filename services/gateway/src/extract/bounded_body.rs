//! Bodies of bounded size.

use axum::body::Body;
use http_body_util::BodyExt;
use service_kit::{ErrorReason, Refusal};

use crate::http_error::HttpError;

/// Largest body that is accepted, in bytes.
const LARGEST: usize = 1024 * 1024;
/// A refused body is read on up to here: clients that write before they read would see a broken
/// connection instead of the answer.
const READ_AT_MOST: usize = 8 * LARGEST;

/// The whole body; PAYLOAD_TOO_LARGE beyond 1 MiB, of which nothing is kept.
pub(super) async fn read(mut body: Body) -> Result<Vec<u8>, HttpError> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while seen <= READ_AT_MOST
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(|_| HttpError::invalid("body", "must be sent to its end"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen <= LARGEST {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
        }
    }
    if seen > LARGEST {
        return Err(
            Refusal::new(ErrorReason::PayloadTooLarge, "The request's body is larger than 1 MiB; send less.").into()
        );
    }
    Ok(kept)
}
