//! What whoever runs the deployment does to organizations at its command line, with the database alone: by the same rules and with
//! the same traces as the back office, whether or not anything is served.

mod deeds;
mod lists;
mod records;

use service_kit::audit::Reason;
use service_kit::database::DatabaseSettings;
use service_kit::pages::PageTokens;
use service_kit::{CallOrigin, Clock, Database, Entropy, MasterKey};
use uuid::Uuid;

use crate::NAME;
use crate::context::Context;
use crate::domain::organization::OrganizationStatus;
use crate::domain::trail::Trail;
use crate::error::OperatorError;
use crate::store::migrations::Migrator;

pub use self::records::{
    BlockingRecord, MemberRecord, MembershipRecord, OrganizationRecord, RoleRecord, StatusRecord, WhichOrganizations,
};

/// The operator's access to the database of organizations.
pub struct Operator {
    context: Context,
    origin: CallOrigin,
}

impl Operator {
    /// Opens the database, whose schema must be up to date; `origin` goes into the audit log.
    pub async fn open(
        settings: &DatabaseSettings,
        clock: Clock,
        entropy: Entropy,
        origin: CallOrigin,
    ) -> Result<Self, OperatorError> {
        let database = Database::open_migrated::<Migrator>(settings, NAME).await?;
        // Nothing here hands out page tokens, so any key will do.
        let page_tokens = PageTokens::new(MasterKey::from_bytes(entropy.bytes()).derive("organizations page tokens"));
        Ok(Self { context: Context { database, clock, entropy, page_tokens }, origin })
    }

    /// Lets go of the database.
    pub async fn close(self) -> Result<(), OperatorError> {
        Ok(self.context.database.close().await?)
    }

    /// The organization of this id or slug.
    pub async fn find(&self, id_or_slug: &str) -> Result<OrganizationRecord, OperatorError> {
        lists::find(self, id_or_slug).await
    }

    /// Up to `limit` organizations, the newest first, older than `before`.
    pub async fn list(
        &self,
        which: &WhichOrganizations,
        before: Option<&OrganizationRecord>,
        limit: u64,
    ) -> Result<Vec<OrganizationRecord>, OperatorError> {
        lists::list(self, which, before, limit).await
    }

    /// Up to `limit` members of an organization in the order of joining, after `after`.
    pub async fn members(
        &self,
        organization: &OrganizationRecord,
        after: Option<&MemberRecord>,
        limit: u64,
    ) -> Result<Vec<MemberRecord>, OperatorError> {
        lists::members(self, organization, after, limit).await
    }

    /// Up to `limit` roles that an organization made, by code, after `after`.
    pub async fn roles(
        &self,
        organization: &OrganizationRecord,
        after: Option<&RoleRecord>,
        limit: u64,
    ) -> Result<Vec<RoleRecord>, OperatorError> {
        lists::roles(self, organization, after, limit).await
    }

    /// Up to `limit` memberships of a user, the personal organization first, then in the order of joining, after `after`.
    pub async fn memberships_of(
        &self,
        user_id: Uuid,
        after: Option<&MembershipRecord>,
        limit: u64,
    ) -> Result<Vec<MembershipRecord>, OperatorError> {
        lists::memberships_of(self, user_id.into(), after, limit).await
    }

    /// Blocks an organization; tokens for it are refused within a second by what runs meanwhile.
    pub async fn suspend(&self, id_or_slug: &str, reason: Option<Reason>) -> Result<StatusRecord, OperatorError> {
        deeds::give_status(self, id_or_slug, OrganizationStatus::Suspended, reason).await
    }

    /// Takes an organization back into use.
    pub async fn unsuspend(&self, id_or_slug: &str, reason: Option<Reason>) -> Result<StatusRecord, OperatorError> {
        deeds::give_status(self, id_or_slug, OrganizationStatus::Active, reason).await
    }

    /// Ends an organization for good, whoever still belongs to it; as it was.
    pub async fn delete(&self, id_or_slug: &str, reason: Option<Reason>) -> Result<OrganizationRecord, OperatorError> {
        deeds::delete(self, id_or_slug, reason).await
    }

    /// Which organizations would lose their only owner if the user's account ended, ten at most. Nothing is changed.
    pub async fn blocking_departure(&self, user_id: Uuid) -> Result<Vec<BlockingRecord>, OperatorError> {
        deeds::blocking_departure(self, user_id.into()).await
    }

    /// Which organizations would be left without an active owner if the user's account were suspended, ten at most. Nothing is changed.
    pub async fn blocking_suspension(&self, user_id: Uuid) -> Result<Vec<BlockingRecord>, OperatorError> {
        deeds::blocking_suspension(self, user_id.into()).await
    }

    fn trail(&self, reason: Option<Reason>) -> Trail {
        Trail::of_operator(self.origin.clone(), reason)
    }
}
