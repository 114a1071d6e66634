//! What handlers take out of requests. Each refuses in the one envelope.

mod admin_filters;
mod audit_filter;
pub(crate) mod bounded_body;
mod client_origin;
mod listener;
mod member_filter;
mod null_clears;
mod optional_json;
mod path;
mod query;
mod raw_body;
mod server_key;
mod signed_in;
mod strict_json;
mod strict_value;
mod violation;

pub(crate) use admin_filters::{OrganizationFilter, UserFilter};
pub(crate) use audit_filter::AuditFilter;
pub(crate) use client_origin::{ClientOrigin, client_address};
pub(crate) use listener::Listener;
pub(crate) use member_filter::{AccessQuestion, MemberFilter};
pub(crate) use null_clears::null_clears;
pub(crate) use optional_json::OptionalJson;
pub(crate) use path::{EventPath, IdPath, InvitationPath, MemberPath, OrganizationPath, PathOf, RolePath, TokenPath};
pub(crate) use query::{InvitationFilter, Page};
pub(crate) use raw_body::RawBody;
pub(crate) use server_key::ServerKey;
pub(crate) use signed_in::{MaybeSignedIn, SignedIn};
pub(crate) use strict_json::StrictJson;
