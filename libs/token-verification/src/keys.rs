//! The issuer's public keys: a set parsed from its JWKS, and the store that hands the present set to verifiers.

mod jwks;
mod store;

pub use jwks::{KeySet, KeySetError};
pub(crate) use store::HeldKeys;
pub use store::KeyStore;
