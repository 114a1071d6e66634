//! The chassis as services use it: through its public surface, over both wires, on the engine that
//! `TEST_DATABASE` names.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod audit;
mod broken_answers;
mod cancelled_calls;
mod continuous;
mod cut_short;
mod deadlines;
mod fail_points;
mod following;
mod hosting;
mod idempotency;
mod ids;
mod keys;
mod lanes;
mod limits;
mod metrics;
mod outbox;
mod pages;
mod panics;
mod periodic;
mod positions;
mod rates;
mod refusals;
mod relay;
mod relay_claims;
mod relay_gives_up;
mod relay_order;
mod relay_stop;
mod request_ids;
mod revocations;
mod secret_tokens;
mod server_keys;
mod serving;
mod settings;
mod slow_readers;
mod sqlite_files;
mod store;
mod stub;
mod timestamps;
mod transactions;
mod unreadable_messages;
