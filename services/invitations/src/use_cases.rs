//! One file per thing that can be done.

mod accept_invitation;
mod admit_proven;
mod answering;
mod check_offer;
mod create_invitation;
mod create_invitations;
mod create_invite_link;
mod decline_invitation;
mod export_my_invitations;
mod finish_acceptance;
mod finish_join;
mod join_via_invite_link;
mod list_invitations;
mod list_invite_links;
mod list_my_invitations;
mod make_invitation;
mod open_offer;
mod preview_invitation;
mod preview_invite_link;
mod register_by_link;
mod register_invitee;
mod resend_invitation;
mod revoke_invitation;
mod revoke_invite_link;
mod send_invitation_mail;
mod settle_offer;
mod turn_invite_link_off;
mod turn_invite_link_on;

use std::time::Duration;

pub use accept_invitation::accept_invitation;
pub use admit_proven::{Admitted, admit_by_claim, admit_proven};
pub use answering::Answering;
pub use create_invitation::{CreateInvitation, create_invitation};
pub use create_invitations::{CreateInvitations, create_invitations};
pub use create_invite_link::{CreateInviteLink, CreatedInviteLink, create_invite_link};
pub use decline_invitation::decline_invitation;
pub use export_my_invitations::{Export, export_my_invitations};
pub use finish_acceptance::{FINISH_ACCEPTANCE, finish_acceptance};
pub use finish_join::{FINISH_JOIN, finish_join};
pub use join_via_invite_link::join_via_invite_link;
pub use list_invitations::{ListInvitations, list_invitations};
pub use list_invite_links::list_invite_links;
pub use list_my_invitations::list_my_invitations;
pub use make_invitation::{CreatedInvitation, Terms};
pub use open_offer::open_offer;
pub use preview_invitation::{Preview, preview_invitation};
pub use preview_invite_link::preview_invite_link;
pub use register_by_link::register_by_link;
pub use register_invitee::{ADMIT_WHEN_PROVEN, register_invitee};
pub use resend_invitation::resend_invitation;
pub use revoke_invitation::revoke_invitation;
pub use revoke_invite_link::revoke_invite_link;
pub use send_invitation_mail::{MAIL_INVITATION, send_invitation_mail};
pub use settle_offer::{SETTLE_OFFER, end_offer, settle_offer};
pub use turn_invite_link_off::turn_invite_link_off;
pub use turn_invite_link_on::turn_invite_link_on;

/// How long the relay leaves a crossing to the call that began it.
const LEFT_TO_THE_CALLER: Duration = Duration::from_secs(10);
