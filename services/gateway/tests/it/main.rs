//! The gateway over real HTTP, with the services behind it replaced by programmable stubs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod account_answers;
mod admin_members;
mod admin_organizations;
mod admin_users;
mod answers;
mod api;
mod audit_log;
mod bad_bodies;
mod bad_requests;
mod calls;
mod cookies;
mod cors;
mod csrf;
mod dev_pages;
mod document;
mod errors;
mod headers;
mod idempotency;
mod invitations;
mod keys;
mod member_queries;
mod merged_audit_log;
mod my_sessions;
mod pages;
mod permissions;
mod revocations;
mod revoked_tokens;
mod roles;
mod samples;
mod server_billing;
mod session;
mod session_ways;
mod stopping;
mod stub;
mod webhooks;
