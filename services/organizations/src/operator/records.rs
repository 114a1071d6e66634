//! What the operator is told.

use serde_json::{Map, Value};
use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::custom_role::CustomRole;
use crate::domain::denial::BlockingOrganization;
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::{Organization, OrganizationStatus, OrganizationView};
use crate::domain::permission::PermissionCode;
use crate::domain::profile::Metadata;

/// Which organizations to list; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct WhichOrganizations {
    /// A part of the name or the beginning of the slug, in any case.
    pub search: Option<String>,
    /// Those that are suspended, or those that are not.
    pub is_suspended: Option<bool>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq)]
pub struct OrganizationRecord {
    /// A UUID.
    pub id: Uuid,
    /// Display name.
    pub name: String,
    /// Unique short name.
    pub slug: String,
    /// In a word: active or suspended.
    pub status: &'static str,
    /// Whether it is for exactly one user.
    pub is_personal: bool,
    /// Who has been an owner for the longest time.
    pub owner_id: Option<Uuid>,
    /// What its members say about it, by the names of the fields, `metadata` among them.
    pub profile: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// An organization after a change of its status.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusRecord {
    /// As it stands.
    pub organization: OrganizationRecord,
    /// False when it had the status before.
    pub has_changed: bool,
}

/// A member of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// The user's id.
    pub user_id: Uuid,
    /// The user's e-mail address.
    pub email: String,
    /// The user's name to show.
    pub display_name: Option<String>,
    /// In a word: active or suspended.
    pub status: &'static str,
    /// Whether the user's account is in use.
    pub has_active_account: bool,
    /// Codes of the roles that the member holds, sorted.
    pub roles: Vec<String>,
    /// Since when.
    pub joined: Timestamp,
    pub(super) membership_id: Uuid,
}

/// Where a user belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRecord {
    /// The organization's id.
    pub organization_id: Uuid,
    /// Its name.
    pub organization_name: String,
    /// Its slug.
    pub organization_slug: String,
    /// Whether it is the user's personal one.
    pub is_personal: bool,
    /// What the user is in it.
    pub member: MemberRecord,
}

/// A role that an organization made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRecord {
    /// Names it within the organization.
    pub code: String,
    /// Display name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Codes of what it permits, sorted.
    pub permissions: Vec<String>,
}

/// An organization that keeps its only owner from going.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockingRecord {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
}

impl From<OrganizationView> for OrganizationRecord {
    fn from(view: OrganizationView) -> Self {
        let OrganizationView { organization, owner_id } = view;
        let is_personal = organization.is_personal();
        let Organization { id, name, slug, status, profile, created, updated, personal_user_id: _ } = organization;
        let texts = profile.texts.into_iter().map(|(field, text)| (field.name().to_owned(), Value::from(text)));
        let metadata = profile.metadata.as_ref().map(Metadata::as_map).cloned();
        let metadata = metadata.map(|object| ("metadata".to_owned(), Value::Object(object)));
        Self {
            id: id.uuid(),
            name,
            slug,
            status: match status {
                OrganizationStatus::Active => "active",
                OrganizationStatus::Suspended => "suspended",
            },
            is_personal,
            owner_id: owner_id.map(|owner| owner.uuid()),
            profile: texts.chain(metadata).collect(),
            created,
            updated,
        }
    }
}

impl From<Member> for MemberRecord {
    fn from(member: Member) -> Self {
        let mut roles = member.roles.codes();
        roles.sort_unstable();
        Self {
            user_id: member.user_id.uuid(),
            email: member.email,
            display_name: member.display_name,
            status: match member.status {
                MemberStatus::Active => "active",
                MemberStatus::Suspended => "suspended",
            },
            has_active_account: member.has_active_account,
            roles,
            joined: member.joined,
            membership_id: member.id.uuid(),
        }
    }
}

impl From<CustomRole> for RoleRecord {
    fn from(role: CustomRole) -> Self {
        Self {
            code: role.code.as_str().to_owned(),
            name: role.name,
            description: role.description,
            permissions: role.permissions.iter().map(PermissionCode::to_string).collect(),
        }
    }
}

impl From<BlockingOrganization> for BlockingRecord {
    fn from(organization: BlockingOrganization) -> Self {
        let BlockingOrganization { id, name, slug } = organization;
        Self { id: id.uuid(), name, slug }
    }
}
