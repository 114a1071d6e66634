//! All that the product keeps of a user.

use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::AuditEntry;
use super::incomplete::{Incomplete, each, shaped};
use super::instant::Instant;
use super::invitation::Invitation;
use super::invite_link::InviteLink;
use super::organization::MyOrganization;
use super::user::User;

/// All that the product keeps of a user. Secrets are kept as hashes and left out.
#[derive(Serialize, ToSchema)]
pub(crate) struct Export {
    user: User,
    /// The address that the account is about to have, once it is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_email: Option<String>,
    /// Newest first, ended ones too as long as they are kept.
    sessions: Vec<SessionRecord>,
    /// What the audit logs tell of what the user did: in the back office and to accounts first, then in organizations and
    /// with invitations, each newest first.
    actions: Vec<AuditEntry>,
    organizations: Vec<MyOrganization>,
    /// Sent to the proven address, whatever became of them, newest first.
    invitations_received: Vec<Invitation>,
    /// Newest first.
    invitations_sent: Vec<Invitation>,
    /// Newest first.
    invite_links: Vec<InviteLink>,
}

impl Export {
    pub(crate) fn of(
        account: identity::ExportMeResponse,
        organizations: Vec<organizations::MyOrganization>,
        actions: Vec<AuditEntry>,
        invitations: invitations::ExportMyInvitationsResponse,
    ) -> Result<Self, Incomplete> {
        let mut all_actions: Vec<AuditEntry> = each(account.actions)?;
        all_actions.extend(actions);
        Ok(Self {
            user: shaped(account.user, "the user")?,
            pending_email: account.pending_email,
            sessions: each(account.sessions)?,
            actions: all_actions,
            organizations: each(organizations)?,
            invitations_received: each(invitations.received)?,
            invitations_sent: each(invitations.sent)?,
            invite_links: each(invitations.links)?,
        })
    }
}

/// A session as it is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionRecord {
    #[schema(format = Uuid)]
    id: String,
    app_code: String,
    #[schema(format = Uuid)]
    active_organization_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    is_remembered: bool,
    in_cookies: bool,
    created_at: Instant,
    last_activity_at: Instant,
    expires_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
}

impl TryFrom<identity::SessionRecord> for SessionRecord {
    type Error = Incomplete;

    fn try_from(session: identity::SessionRecord) -> Result<Self, Incomplete> {
        Ok(Self {
            id: session.id,
            app_code: session.app_code,
            active_organization_id: session.active_organization_id,
            user_agent: session.user_agent,
            ip_address: session.ip_address,
            is_remembered: session.is_remembered,
            in_cookies: session.in_cookies,
            created_at: Instant::of(session.created_at, "the session's created_at")?,
            last_activity_at: Instant::of(session.last_activity_at, "the session's last_activity_at")?,
            expires_at: Instant::of(session.expires_at, "the session's expires_at")?,
            ended_at: session.ended_at.map(Instant::from),
        })
    }
}
