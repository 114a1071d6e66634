//! The tables as rows.

pub mod invitation;
pub mod invite_link;
pub mod link_join;
