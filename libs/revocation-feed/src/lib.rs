//! The revocation feed over gRPC: RPC messages turned into the messages that verifiers know, and a source to follow.
//!
//! `token-verification` has no gRPC and knows none of our contracts, so that anybody can use it; what joins the two stands here.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod message;
mod source;

pub use message::{Empty, feed_message, resume_point_of, watch_request};
pub use source::{GrpcSource, GrpcSubscription};
