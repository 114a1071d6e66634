//! What the gateway reads and shows: one struct per shape of the HTTP contract, and its conversion
//! from what the services answer.

pub(crate) mod accepted;
pub(crate) mod access;
pub(crate) mod access_answer;
pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod credit;
pub(crate) mod error;
pub(crate) mod export;
pub(crate) mod incomplete;
pub(crate) mod instant;
pub(crate) mod invitation;
pub(crate) mod invitation_results;
pub(crate) mod invite_link;
pub(crate) mod mail_delivery;
pub(crate) mod member;
pub(crate) mod metadata;
pub(crate) mod organization;
pub(crate) mod permission;
pub(crate) mod plan;
pub(crate) mod quarantine;
pub(crate) mod role;
pub(crate) mod session;
pub(crate) mod session_entry;
pub(crate) mod subscription;
pub(crate) mod tokens;
pub(crate) mod user;
