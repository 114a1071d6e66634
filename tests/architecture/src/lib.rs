//! The rules of `ARCHITECTURE.md` as code: each checker takes what it judges as a value and answers with
//! one sentence per violation, so that its own tests can show it a bad example.

pub mod api;
pub mod crates;
pub mod files;
pub mod layers;
pub mod migrations;
pub mod rust_code;
pub mod service_graph;
pub mod source;
pub mod wording;
pub mod workspace;
