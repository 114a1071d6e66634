//! One file per thing that can be done.

mod accept_invitation;
mod admit_proven;
mod create_invitation;
mod create_invite_link;
mod decline_invitation;
mod end_joins;
mod export_my_invitations;
mod finish_acceptance;
mod finish_join;
mod join_via_invite_link;
mod list_invitations;
mod list_invite_links;
mod list_my_invitations;
mod open_offer;
mod preview_invitation;
mod preview_invite_link;
mod register_by_link;
mod register_invitee;
mod revoke_invitation;
mod revoke_invite_link;
mod send_invitation_mail;
mod settle_offer;

use std::time::Duration;

pub use accept_invitation::{Accepting, accept_invitation};
pub use admit_proven::{Admitted, admit_by_claim, admit_proven};
pub use create_invitation::{CreateInvitation, CreatedInvitation, create_invitation};
pub use create_invite_link::{CreateInviteLink, CreatedInviteLink, create_invite_link};
pub use decline_invitation::decline_invitation;
pub use end_joins::end_joins;
pub use export_my_invitations::{Export, export_my_invitations};
pub use finish_acceptance::{FINISH_ACCEPTANCE, finish_acceptance};
pub use finish_join::{FINISH_JOIN, finish_join};
pub use join_via_invite_link::join_via_invite_link;
pub use list_invitations::{ListInvitations, list_invitations};
pub use list_invite_links::list_invite_links;
pub use list_my_invitations::list_my_invitations;
pub use open_offer::open_offer;
pub use preview_invitation::{Preview, preview_invitation};
pub use preview_invite_link::preview_invite_link;
pub use register_by_link::register_by_link;
pub use register_invitee::{ADMIT_WHEN_PROVEN, register_invitee};
pub use revoke_invitation::revoke_invitation;
pub use revoke_invite_link::revoke_invite_link;
pub use send_invitation_mail::{MAIL_INVITATION, send_invitation_mail};
pub use settle_offer::{SETTLE_OFFER, end_offer, settle_offer};

/// How long the relay leaves a crossing to the call that began it.
const LEFT_TO_THE_CALLER: Duration = Duration::from_secs(10);
