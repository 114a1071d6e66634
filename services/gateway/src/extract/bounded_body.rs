//! Bodies of bounded size.

use axum::body::Body;
use http_body_util::BodyExt;
use service_kit::{ErrorReason, Refusal};

use crate::http_error::HttpError;

/// Largest JSON body that is accepted, in bytes.
pub(super) const LARGEST: usize = 1024 * 1024;
/// A refused body is read on up to here: clients that write before they read would see a broken
/// connection instead of the answer.
const READ_AT_MOST: usize = 8 * LARGEST;

/// The whole body; PAYLOAD_TOO_LARGE beyond so many bytes, of which nothing is kept.
pub(crate) async fn read(mut body: Body, largest: usize) -> Result<Vec<u8>, HttpError> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while seen <= READ_AT_MOST
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(|_| HttpError::invalid("body", "must be sent to its end"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen <= largest {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
        }
    }
    if seen > largest {
        let message = format!("The request's body is larger than {} KiB; send less.", largest / 1024);
        return Err(Refusal::new(ErrorReason::PayloadTooLarge, message).into());
    }
    Ok(kept)
}
