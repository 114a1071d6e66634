//! Between messages and the domain.

mod admissions;
mod bulk;
mod invitations;
mod invite_links;
mod mails;

use access_policy::MOST_ROLES;
use contracts::organizations::v1::OrgRole;
use service_kit::{Fields, Id, Refusal, SecretToken, Timestamp};

use crate::domain::{OrganizationId, Refused, Role, RoleId};

pub use admissions::register_invitee;
pub use bulk::{create_invitations, invitation_results};
pub use invitations::{
    create_invitation, created_invitation, exported, invitations, list_invitations, listed_invitations,
};
pub use invite_links::create_invite_link;

/// Reads a request's only id.
pub fn id<Kind>(field: &str, text: &str) -> Result<Id<Kind>, Refusal> {
    let mut fields = Fields::default();
    fields.check(field, text.parse()).ok_or_else(|| fields.refuse())
}

/// Reads the two ids of something that belongs to an organization.
pub fn id_in_organization<Kind>(
    organization_id: &str,
    field: &str,
    text: &str,
) -> Result<(OrganizationId, Id<Kind>), Refusal> {
    let mut fields = Fields::default();
    let organization = fields.check("organization_id", organization_id.parse());
    let id = fields.check(field, text.parse());
    organization.zip(id).ok_or_else(|| fields.refuse())
}

/// Reads a secret. What cannot be one is answered like one that nobody knows.
pub fn token(text: &str) -> Result<SecretToken, Refusal> {
    SecretToken::parse(text).ok_or_else(|| Refused::NotFound.into())
}

/// A role as messages say it.
pub const fn role(role: Role) -> OrgRole {
    match role {
        Role::Owner => OrgRole::Owner,
        Role::Member => OrgRole::Member,
    }
}

/// Reads an instant that a client made up; `None` when it is none.
fn read_instant(instant: prost_types::Timestamp) -> Option<Timestamp> {
    (0..1_000_000_000).contains(&instant.nanos).then(|| Timestamp::from(instant))
}

/// Reads the field `role`; unspecified means member.
fn read_role(fields: &mut Fields, role: i32) -> Option<Role> {
    let read = match OrgRole::try_from(role) {
        Ok(OrgRole::Owner) => Ok(Role::Owner),
        Ok(OrgRole::Member | OrgRole::Unspecified) => Ok(Role::Member),
        Err(_) => Err("must be owner or member"),
    };
    fields.check("role", read)
}

/// Reads the field `role_ids`, each id once.
fn read_role_ids(fields: &mut Fields, role_ids: &[String]) -> Option<Vec<RoleId>> {
    if role_ids.len() > MOST_ROLES {
        return fields.check("role_ids", Err(format!("must name at most {MOST_ROLES} roles")));
    }
    let parsed = role_ids
        .iter()
        .enumerate()
        .map(|(index, text)| fields.check(&format!("role_ids[{index}]"), text.parse::<RoleId>()));
    let parsed: Vec<Option<RoleId>> = parsed.collect();
    let mut read = Vec::new();
    for id in parsed {
        let id = id?;
        if !read.contains(&id) {
            read.push(id);
        }
    }
    Some(read)
}
