//! The verifier seen from outside: what it takes, and every case that it refuses.

mod cache;
mod claims;
mod header;
mod interoperability;
mod issuer;
mod key_set;
#[cfg(feature = "tower")]
mod layer;
mod mutation;
mod request;
mod settings;
mod shape;
mod time_claims;
