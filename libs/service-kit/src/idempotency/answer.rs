//! The answer to a call, whole: as it is kept and given again.

use std::fmt;
use std::future::ready;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full};
use prost::Message;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::key::IDEMPOTENT_REPLAYED;

/// Largest answer that is kept, in bytes. Calls that change something answer with far less.
const LARGEST_KEPT: usize = 256 * 1024;

/// What an answer means for the key of its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the call's answer for good.
    Keep,
    /// It says that nothing was done and that the same or a mended call may come.
    NothingDone,
    /// It does not say whether something was done, or is too large to keep.
    Open,
}

/// Headers, message and trailers of an answer.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub(super) struct Answer {
    #[prost(message, repeated, tag = "1")]
    headers: Vec<Header>,
    #[prost(bytes = "bytes", tag = "2")]
    body: Bytes,
    #[prost(message, repeated, tag = "3")]
    trailers: Vec<Header>,
}

#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
struct Header {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

impl Answer {
    /// Reads an answer to its end.
    pub(super) async fn read(response: Response) -> Result<Self, axum::Error> {
        let (parts, body) = response.into_parts();
        let body = body.collect().await?;
        let trailers = body.trailers().map(kept).unwrap_or_default();
        Ok(Self { headers: kept(&parts.headers), body: body.to_bytes(), trailers })
    }

    pub(super) fn verdict(&self) -> Verdict {
        let status = Status::from_header_map(&shown(&self.headers))
            .or_else(|| Status::from_header_map(&shown(&self.trailers)))
            .unwrap_or_else(|| Status::unknown("an answer without a status"));
        if status.get_error_details().retry_info().is_some() {
            return Verdict::NothingDone;
        }
        match status.code() {
            _ if self.encoded_len() > LARGEST_KEPT => Verdict::Open,
            Code::Ok
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::Unimplemented => Verdict::Keep,
            Code::InvalidArgument
            | Code::OutOfRange
            | Code::ResourceExhausted
            | Code::Unauthenticated
            | Code::Unavailable => Verdict::NothingDone,
            Code::Cancelled | Code::Unknown | Code::DeadlineExceeded | Code::Internal | Code::DataLoss => Verdict::Open,
        }
    }

    /// As the first answer.
    pub(super) fn into_response(self) -> Response {
        let trailers = (!self.trailers.is_empty()).then(|| Ok(shown(&self.trailers)));
        let mut response = Response::new(Body::new(Full::new(self.body).with_trailers(ready(trailers))));
        *response.headers_mut() = shown(&self.headers);
        response
    }

    /// As the first answer given again.
    pub(super) fn into_replay(self) -> Response {
        let mut response = self.into_response();
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        response
    }
}

fn kept(headers: &HeaderMap) -> Vec<Header> {
    let header = |(name, value): (&HeaderName, &HeaderValue)| Header {
        name: name.as_str().to_owned(),
        value: value.as_bytes().to_vec(),
    };
    headers.iter().map(header).collect()
}

fn shown(kept: &[Header]) -> HeaderMap {
    let headers = kept.iter().filter_map(|header| {
        let name = HeaderName::try_from(header.name.as_str()).ok()?;
        Some((name, HeaderValue::from_bytes(&header.value).ok()?))
    });
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, value);
    }
    map
}

/// Answers hold tokens.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer([redacted])")
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Header([redacted])")
    }
}
