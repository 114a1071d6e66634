//! Verifies Guildhall's access tokens without asking anybody: no network, no I/O, no `await` per token.
//!
//! The caller brings the issuer's published keys; the library says who calls, for which organization, with which
//! rights and on which plan, or why the token is refused.
//!
//! ```
//! use token_verification::{Freshness, KeySet, KeyStore, TokenVerifier};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let request = http::Request::new(());
//! # let fetched = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"a","x":"6kprY-oduWX-6AO4p0C_s9mmodPoCx7NxDkZjQnqBl0"}]}"#;
//! let keys = KeyStore::empty();
//! keys.replace(KeySet::from_jwks(fetched)?); // the text of GET /.well-known/jwks.json
//! let verifier = TokenVerifier::builder()
//!     .issuer("https://accounts.example.com")
//!     .audience("shop")
//!     .freshness(Freshness::UntilExpiry)
//!     .keys(keys)
//!     .build()?;
//! match verifier.authenticate(request.headers()) {
//!     Ok(caller) => caller.require("org:members:remove")?,
//!     Err(refusal) => println!("{}: {refusal}", refusal.reason()),
//! }
//! # assert_eq!(verifier.authenticate(request.headers()).unwrap_err().reason(), "UNAUTHORIZED");
//! # Ok(())
//! # }
//! ```
//!
//! What is checked, and in which order, stands in [`TokenVerifier::verify`]. One format and one algorithm are understood,
//! Ed25519-signed JWTs of type `at+jwt` (RFC 7519, RFC 8037, RFC 9068): whatever a general JWT library would let pass
//! beside them is refused here, so the few steps are written out rather than configured.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod cache;
mod caller;
mod claims;
mod clock;
mod compact;
mod credentials;
mod error;
mod keys;
#[cfg(feature = "tower")]
mod layer;
mod strict_json;
mod verifier;

pub use caller::{ActiveOrganization, Caller, MissingPermission};
pub use claims::{AsOf, Claims, OrgRole, SubscriptionClaim};
pub use credentials::ACCESS_COOKIE;
pub use error::VerifyError;
pub use keys::{KeySet, KeySetError, KeyStore};
#[cfg(feature = "tower")]
pub use layer::{Authenticated, AuthenticationLayer};
pub use verifier::{BuildError, Freshness, TokenVerifier, TokenVerifierBuilder};
