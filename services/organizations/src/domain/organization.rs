//! An organization and what changes about it.

use service_kit::Timestamp;

use crate::domain::denial::Denial;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::name::OrganizationName;
use crate::domain::profile::{Profile, ProfileChange};
use crate::domain::slug::{Slug, WantedSlug};

/// Whether an organization can be acted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationStatus {
    /// In use.
    Active,
    /// Blocked by the back office.
    Suspended,
}

/// An organization that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Display name.
    pub name: String,
    /// Unique short name.
    pub slug: String,
    /// The one user of a personal organization; `None` for a team.
    pub personal_user_id: Option<UserId>,
    /// Whether it can be acted for.
    pub status: OrganizationStatus,
    /// What its members say about it.
    pub profile: Profile,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// An organization as answers show it.
#[derive(Clone, Debug, PartialEq)]
pub struct OrganizationView {
    /// The organization.
    pub organization: Organization,
    /// Who has been an owner for the longest time.
    pub owner_id: Option<UserId>,
}

/// Which organizations to list; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationFilter {
    /// A part of the name or the beginning of the slug, in any case.
    pub search: Option<String>,
    /// Organizations of this status.
    pub status: Option<OrganizationStatus>,
}

/// Fields to change; absent ones are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrganizationChange {
    /// New display name.
    pub name: Option<OrganizationName>,
    /// New slug.
    pub slug: Option<WantedSlug>,
    /// Profile fields to set or clear.
    pub profile: ProfileChange,
}

impl Organization {
    /// A new organization, for a team or for one user.
    pub fn new(id: OrganizationId, name: String, slug: Slug, personal_user_id: Option<UserId>, now: Timestamp) -> Self {
        Self {
            id,
            name,
            slug: slug.into_string(),
            personal_user_id,
            status: OrganizationStatus::Active,
            profile: Profile::default(),
            created: now,
            updated: now,
        }
    }

    /// Whether it is for exactly one user.
    pub const fn is_personal(&self) -> bool {
        self.personal_user_id.is_some()
    }

    /// The organization after the change; refused when it would take a reserved slug.
    pub fn changed(self, change: OrganizationChange, now: Timestamp) -> Result<Self, Denial> {
        let slug = match change.slug {
            Some(wanted) => wanted.in_place_of(&self.slug).map_err(Denial::UnusableSlug)?.into_string(),
            None => self.slug,
        };
        Ok(Self {
            name: change.name.map_or(self.name, OrganizationName::into_string),
            slug,
            profile: self.profile.changed(change.profile),
            updated: now,
            ..self
        })
    }
}
