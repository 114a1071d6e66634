//! The product as a whole, through its front doors: HTTP and gRPC, one process or five, SQLite or Postgres.
//!
//! `TEST_TOPOLOGY` is `one` or `five`, `TEST_DATABASE` is `sqlite` or `postgres` (then `TEST_POSTGRES_URL` names
//! the server), `TEST_POOL_SIZE` bounds the pools. The binaries must have been built.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod audit_follow;
mod authorization;
mod back_office;
mod backup_rows;
mod backups;
mod bad_ids;
mod bad_input;
mod billing_outage;
mod browsers;
mod checkout;
mod crashes;
mod credentials;
mod crossing;
mod epochs;
mod feed_outages;
mod guards;
mod harness;
mod health;
mod idempotency;
mod invitation_limits;
mod invitation_records;
mod invitations;
mod inviting;
mod journey_grpc;
mod journey_http;
mod keys;
mod log_level;
mod log_lines;
mod metrics;
mod migrations;
mod migrations_killed;
mod mutual_tls;
mod my_sessions;
mod openapi;
mod operating;
mod operating_organizations;
mod operating_outbox;
mod operating_people;
mod operator;
mod orders;
mod owner_races;
mod pages;
mod parallel_tokens;
mod partition;
mod plans_command;
mod plausible;
mod reflection;
mod refusals;
mod restart;
mod restores;
mod revocations;
mod rolling;
mod server_billing;
mod sessions;
mod settings;
mod sign_up_policy;
mod stopping;
mod strangers_grpc;
mod strangers_http;
mod stripe;
mod taking_races;
mod throttling;
mod token_command;
mod tokens;
mod traces;
mod void_offers;
