//! Messages of `InviteLinkService`.

use std::time::Duration;

use contracts::invitations::v1 as proto;
use service_kit::{Fields, Refusal, Timestamp};

use crate::domain::{InviteLink, Role, Switch};
use crate::use_cases::{CreateInviteLink, CreatedInviteLink, Preview};
use crate::wire::{read_instant, read_role, read_role_ids, role};

const MOST_USES: i32 = 10_000;
const LONGEST_LIFE: Duration = Duration::from_secs(366 * 24 * 3600);

/// Reads what link to make; its expiry is judged at this instant.
pub fn create_invite_link(
    request: &proto::CreateInviteLinkRequest,
    now: Timestamp,
) -> Result<CreateInviteLink, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", request.organization_id.parse());
    let role_ids = read_role_ids(&mut fields, &request.role_ids);
    if read_role(&mut fields, request.role) == Some(Role::Owner) {
        fields.violation("role", "must be member: a link never makes owners");
    }
    let max_uses = request
        .max_uses
        .map(|most| if (1..=MOST_USES).contains(&most) { Ok(most) } else { Err("must be 1 to 10,000") });
    let max_uses = fields.check_optional("max_uses", max_uses);
    let expires = request.expires_at.map(|expires| read_expiry(expires, now));
    let expires = fields.check_optional("expires_at", expires);
    match (organization_id, role_ids, max_uses, expires) {
        (Some(organization_id), Some(role_ids), Some(max_uses), Some(expires)) if fields.is_clean() => {
            Ok(CreateInviteLink { organization_id, role_ids, max_uses, expires })
        }
        _ => Err(fields.refuse()),
    }
}

fn read_expiry(expires: prost_types::Timestamp, now: Timestamp) -> Result<Timestamp, &'static str> {
    let expires = read_instant(expires).filter(|expires| now < *expires && *expires <= now.plus(LONGEST_LIFE));
    expires.ok_or("must be in the future and at most a year ahead")
}

impl From<InviteLink> for proto::InviteLink {
    fn from(link: InviteLink) -> Self {
        Self {
            id: link.id.to_string(),
            organization_id: link.organization_id.to_string(),
            role: role(Role::Member).into(),
            role_ids: link.role_ids.iter().map(ToString::to_string).collect(),
            is_active: link.switch == Switch::On,
            is_revoked: !link.revoke(),
            max_uses: link.max_uses,
            uses: link.uses,
            expires_at: link.expires.map(Into::into),
            created_by: link.created_by.to_string(),
            created_at: Some(link.created.into()),
        }
    }
}

impl From<CreatedInviteLink> for proto::CreateInviteLinkResponse {
    fn from(created: CreatedInviteLink) -> Self {
        Self { invite_link: Some(created.link.into()), token: created.token.expose().to_owned(), url: created.url }
    }
}

impl From<Preview> for proto::PreviewInviteLinkResponse {
    fn from(preview: Preview) -> Self {
        Self {
            organization_name: preview.organization_name,
            inviter_name: preview.inviter_name,
            role: role(preview.role).into(),
            expires_at: preview.expires.map(Into::into),
        }
    }
}
