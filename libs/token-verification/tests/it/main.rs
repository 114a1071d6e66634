//! The verifier seen from outside: what it takes, and every case that it refuses.

mod cache;
mod chance;
mod claims;
#[cfg(feature = "axum")]
mod extractor;
mod feed;
#[cfg(feature = "feed")]
mod following;
mod fuzz;
mod header;
mod hints;
mod interoperability;
mod issuer;
mod key_set;
#[cfg(feature = "tower")]
mod layer;
mod model;
mod mutation;
#[cfg(feature = "feed")]
mod positions;
mod request;
mod revocations;
mod settings;
mod shape;
#[cfg(feature = "sse")]
mod sse;
mod time_claims;
mod wire;
