//! The tables as rows.

pub mod invitation;
pub mod invite_link;
pub mod invitee_claim;
pub mod inviting_organization;
pub mod link_join;
pub mod link_sign_up;
pub mod replaced_token;
