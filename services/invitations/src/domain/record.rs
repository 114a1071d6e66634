//! What the audit log says was done. It holds no secret, and no address that anybody could write to: that can be erased
//! from invitations, and not from the log.

use serde_json::{Value, json};

use crate::domain::{Cause, Invitation, InviteLink, Role, RoleId};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// A noun and a past participle.
    pub action: &'static str,
    /// The kind of thing that it was done to.
    pub target_kind: &'static str,
    /// Which of them.
    pub target_id: String,
    /// What else is worth knowing.
    pub details: Value,
}

const DECLINED: &str = "invitation.declined";
const ACCEPTED: &str = "invitation.accepted";
const JOINED: &str = "invite_link.joined";
const CREATED: &str = "invitation.created";
const RESENT: &str = "invitation.resent";
const REVOKED: &str = "invitation.revoked";
const VOIDED: &str = "invitation.voided";
const LINK_CREATED: &str = "invite_link.created";
const LINK_TURNED_OFF: &str = "invite_link.turned_off";
const LINK_TURNED_ON: &str = "invite_link.turned_on";
const LINK_REVOKED: &str = "invite_link.revoked";
const LINK_VOIDED: &str = "invite_link.voided";

impl Record {
    /// Everything that is done.
    pub const ACTIONS: [&str; 12] = [
        CREATED,
        RESENT,
        ACCEPTED,
        DECLINED,
        REVOKED,
        VOIDED,
        LINK_CREATED,
        LINK_TURNED_OFF,
        LINK_TURNED_ON,
        LINK_REVOKED,
        LINK_VOIDED,
        JOINED,
    ];

    /// What people do for themselves, not for the organization.
    pub const ANSWERS: [&str; 3] = [DECLINED, ACCEPTED, JOINED];

    /// An address has been invited.
    pub fn invitation_created(invitation: &Invitation) -> Self {
        Self::of_offer(CREATED, invitation)
    }

    /// An invitation has been sent again, by a secret of its own.
    pub fn invitation_resent(invitation: &Invitation) -> Self {
        Self::of_offer(RESENT, invitation)
    }

    /// An invitation has been withdrawn.
    pub fn invitation_revoked(invitation: &Invitation) -> Self {
        Self::of_invitation(REVOKED, invitation, json!({ "email": invitation.masked_email() }))
    }

    /// The invited person does not want to join.
    pub fn invitation_declined(invitation: &Invitation) -> Self {
        Self::of_invitation(DECLINED, invitation, json!({ "email": invitation.masked_email() }))
    }

    /// The invited person is a member.
    pub fn invitation_accepted(invitation: &Invitation) -> Self {
        Self::of_offer(ACCEPTED, invitation)
    }

    /// An invitation admits nobody any more, though nobody withdrew it.
    pub fn invitation_voided(invitation: &Invitation, cause: Option<Cause>) -> Self {
        let details = json!({ "email": invitation.masked_email(), "cause": cause.map(Cause::word) });
        Self::of_invitation(VOIDED, invitation, details)
    }

    /// A link has been made.
    pub fn link_created(link: &InviteLink) -> Self {
        let details = json!({
            "role_ids": texts(&link.role_ids),
            "max_uses": link.max_uses,
            "expires_at": link.expires.map(|expires| expires.to_rfc3339()),
        });
        Self::of_link(LINK_CREATED, link, details)
    }

    /// A link has been turned off until somebody turns it on again.
    pub fn link_turned_off(link: &InviteLink) -> Self {
        Self::of_link(LINK_TURNED_OFF, link, Value::Null)
    }

    /// A link has been turned on again.
    pub fn link_turned_on(link: &InviteLink) -> Self {
        Self::of_link(LINK_TURNED_ON, link, Value::Null)
    }

    /// A link has been turned off for good.
    pub fn link_revoked(link: &InviteLink) -> Self {
        Self::of_link(LINK_REVOKED, link, Value::Null)
    }

    /// Somebody is a member by a link.
    pub fn link_joined(link: &InviteLink) -> Self {
        Self::of_link(JOINED, link, json!({ "role_ids": texts(&link.role_ids) }))
    }

    /// A link admits nobody any more, though nobody turned it off.
    pub fn link_voided(link: &InviteLink, cause: Cause) -> Self {
        Self::of_link(LINK_VOIDED, link, json!({ "cause": cause.word() }))
    }

    fn of_offer(action: &'static str, invitation: &Invitation) -> Self {
        let details = json!({
            "email": invitation.masked_email(),
            "role": match invitation.role() {
                Role::Owner => "owner",
                Role::Member => "member",
            },
            "role_ids": texts(&invitation.role_ids),
            "expires_at": invitation.expires.to_rfc3339(),
        });
        Self::of_invitation(action, invitation, details)
    }

    fn of_invitation(action: &'static str, invitation: &Invitation, details: Value) -> Self {
        Self { action, target_kind: "invitation", target_id: invitation.id.to_string(), details }
    }

    fn of_link(action: &'static str, link: &InviteLink, details: Value) -> Self {
        Self { action, target_kind: "invite_link", target_id: link.id.to_string(), details }
    }
}

fn texts(role_ids: &[RoleId]) -> Vec<String> {
    role_ids.iter().map(ToString::to_string).collect()
}
