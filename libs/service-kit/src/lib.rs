//! The chassis that every service stands on: settings, database, transactions, outbox, positions,
//! audit log, idempotency keys, rates, periodic work, the `Channel` between services, the layers around every RPC, health, reflection and serving.
//!
//! No noun of the business belongs here; a flower shop could use this crate as it is.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

#[macro_use]
mod then_pass;

pub mod access_log;
pub mod audit;
pub mod authentication;
pub mod call_origin;
pub mod channel;
pub mod clock;
pub mod continuous;
pub mod database;
pub mod detached;
pub mod entropy;
#[cfg(debug_assertions)]
pub mod fail_points;
pub mod fields;
mod grpc_server;
pub mod http_server;
pub mod id;
pub mod idempotency;
pub mod keys;
pub mod lanes;
mod lasting;
pub mod limits;
mod log_level;
pub mod meanwhile;
pub mod metrics;
pub mod microservice;
pub mod network;
mod ops_port;
pub mod outbox;
pub mod pages;
pub mod periodic;
pub mod policy;
pub mod positions;
pub mod rates;
mod readiness;
pub mod reflection;
pub mod refusal;
pub mod relay;
mod release;
pub mod request_scope;
pub mod secret_token;
pub mod serve;
pub mod server_key;
mod service_numbers;
pub mod settings;
pub mod shown_text;
mod stalled;
pub mod stop;
pub mod telemetry;
pub mod tls;
pub mod traces;
pub mod trust;
mod unreadable;
mod untaken;
pub mod waiting_room;

pub use call_origin::CallOrigin;
pub use channel::Channel;
pub use clock::{Clock, Timestamp};
pub use database::{Database, WriteTransaction};
pub use entropy::Entropy;
pub use fields::Fields;
pub use id::Id;
pub use idempotency::Idempotency;
pub use keys::{DerivedKey, MasterKey};
pub use lanes::Lanes;
pub use metrics::Metrics;
pub use microservice::Microservice;
pub use refusal::{ErrorReason, Refusal};
pub use secret_token::SecretToken;
pub use server_key::ServerKeySecret;
pub use stop::Stop;
pub use tls::Tls;
pub use traces::Traces;
pub use trust::Trust;
pub use waiting_room::WaitingRoom;
