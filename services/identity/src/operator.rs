//! What whoever runs the deployment does to accounts, platform roles and the epoch at its command line, with the database alone: it
//! works while nothing is served, and when nobody of the back office can sign in any more.

mod accounts;
mod create;
mod erasure;
mod links;
mod lists;
mod records;
mod roles;
mod standing;
mod tokens;

use mail::Address;
use service_kit::audit::Reason;
use service_kit::database::DatabaseSettings;
use service_kit::{CallOrigin, Clock, Database, Entropy};

use crate::NAME;
use crate::domain::platform_role::PlatformRole;
use crate::domain::trail::Trail;
use crate::domain::user::UserStatus;
use crate::error::OperatorError;
use crate::store::migrations::Migrator;
use crate::store::{epoch, platform_roles, users};
use crate::use_cases::renew_epoch::renew_epoch;
use crate::use_cases::retell_profiles::retell_profiles;

pub use self::records::{
    AccountRecord, Created, PersonalData, PersonalSession, ResetLink, RoleHolder, SessionRecord, WhichAccounts,
};

/// The operator's access to identity's database.
pub struct Operator {
    database: Database,
    clock: Clock,
    entropy: Entropy,
    origin: CallOrigin,
}

impl Operator {
    /// Opens identity's database, whose schema must be up to date; `origin` goes into the audit log.
    pub async fn open(
        settings: &DatabaseSettings,
        clock: Clock,
        entropy: Entropy,
        origin: CallOrigin,
    ) -> Result<Self, OperatorError> {
        Ok(Self { database: Database::open_migrated::<Migrator>(settings, NAME).await?, clock, entropy, origin })
    }

    fn trail(&self) -> Trail {
        Trail::of_operator(&self.origin)
    }

    /// Lets go of the database.
    pub async fn close(self) -> Result<(), OperatorError> {
        Ok(self.database.close().await?)
    }

    /// Gives a role to the account of the address, which is made if there is none. For an account without a password every
    /// call makes a new setup token and voids the one before.
    pub async fn create(&self, email: &Address, role_code: &str) -> Result<Created, OperatorError> {
        create::create(self, email, known(role_code)?).await
    }

    /// Gives a role to an account; false when it had it.
    pub async fn grant(&self, email: &Address, role_code: &str) -> Result<bool, OperatorError> {
        roles::grant(self, email, known(role_code)?).await
    }

    /// Takes a role from an account; false when it had none. Refused for the last active system administrator.
    pub async fn revoke(&self, email: &Address, role_code: &str) -> Result<bool, OperatorError> {
        roles::revoke(self, email, known(role_code)?).await
    }

    /// The account of this address or id.
    pub async fn find(&self, address_or_id: &str) -> Result<AccountRecord, OperatorError> {
        Ok(accounts::find(self, address_or_id).await?.into())
    }

    /// The living sessions of an account, the newest first.
    pub async fn sessions(&self, address_or_id: &str) -> Result<Vec<SessionRecord>, OperatorError> {
        accounts::list_sessions(self, address_or_id).await
    }

    /// Ends every session of an account; running services refuse its tokens within a second.
    pub async fn sign_out(&self, address_or_id: &str, reason: Option<Reason>) -> Result<AccountRecord, OperatorError> {
        Ok(accounts::sign_out(self, address_or_id, reason).await?.into())
    }

    /// Up to `limit` accounts, the newest first, older than `before`.
    pub async fn accounts(
        &self,
        which: &WhichAccounts,
        before: Option<&AccountRecord>,
        limit: u64,
    ) -> Result<Vec<AccountRecord>, OperatorError> {
        lists::list(self, which, before, limit).await
    }

    /// All that is kept of a person here.
    pub async fn export(&self, address_or_id: &str) -> Result<PersonalData, OperatorError> {
        lists::export(self, address_or_id).await
    }

    /// Begins to suspend an account, which nobody can use from then on; identity's relay finishes it once organizations agrees. Refused
    /// for the last active system administrator.
    pub async fn suspend(&self, address_or_id: &str, reason: Option<Reason>) -> Result<AccountRecord, OperatorError> {
        Ok(standing::suspend(self, address_or_id, reason).await?.into())
    }

    /// Takes a suspended account back into use.
    pub async fn unsuspend(&self, address_or_id: &str, reason: Option<Reason>) -> Result<AccountRecord, OperatorError> {
        Ok(standing::unsuspend(self, address_or_id, reason).await?.into())
    }

    /// Begins to delete an account, which nobody can use from then on; identity's relay finishes it once organizations agrees, and puts it
    /// back into use when it does not.
    pub async fn delete(&self, address_or_id: &str, reason: Option<Reason>) -> Result<AccountRecord, OperatorError> {
        Ok(erasure::delete(self, address_or_id, reason).await?.into())
    }

    /// Erases an account at once; organizations that would lose their only owner get another one.
    pub async fn delete_handing_over(
        &self,
        address_or_id: &str,
        reason: Option<Reason>,
    ) -> Result<AccountRecord, OperatorError> {
        Ok(erasure::delete_handing_over(self, address_or_id, reason).await?.into())
    }

    /// Makes what the owner of an account chooses another password with, in the place of what was mailed before.
    pub async fn make_reset_link(
        &self,
        address_or_id: &str,
        reason: Option<Reason>,
    ) -> Result<ResetLink, OperatorError> {
        links::make_reset_link(self, address_or_id, reason).await
    }

    /// The published keys (RFC 7517).
    pub async fn published_keys(&self) -> Result<String, OperatorError> {
        tokens::published_keys(self).await
    }

    /// The epoch that positions count in at present.
    pub async fn epoch(&self) -> Result<String, OperatorError> {
        Ok(epoch::find(self.database.reader()).await?.ok_or(OperatorError::NeverStarted)?.name)
    }

    /// Begins another epoch of positions, as has to be after identity's own database was put back from a backup or failed over to
    /// a standby that had not seen everything; its name. Running services follow within a second, and organizations hears of every
    /// account anew: it may have kept what was lost here.
    pub async fn renew_epoch(&self) -> Result<String, OperatorError> {
        let former = self.epoch().await?;
        let now = self.clock.now();
        retell_profiles(&self.database, now).await?;
        match renew_epoch(&self.database, &former, self.trail(), &self.entropy, now).await? {
            Some(name) => Ok(name),
            // Somebody else has done it at the same time.
            None => self.epoch().await,
        }
    }

    /// Everybody with a platform role, sorted by address.
    pub async fn list(&self) -> Result<Vec<RoleHolder>, OperatorError> {
        let snapshot = self.database.begin_snapshot().await?;
        let mut ids = Vec::new();
        for role in PlatformRole::ALL {
            ids.extend(platform_roles::holders(&snapshot, role).await?);
        }
        let mut administrators: Vec<_> = users::find_many(&snapshot, &ids)
            .await?
            .into_iter()
            .map(|user| RoleHolder {
                is_active: user.status == UserStatus::Active,
                has_password: user.password_hash.is_some(),
                email: user.email,
                roles: user.roles,
            })
            .collect();
        snapshot.commit().await?;
        administrators.sort_by(|one, other| one.email.cmp(&other.email));
        Ok(administrators)
    }
}

fn known(role_code: &str) -> Result<PlatformRole, OperatorError> {
    PlatformRole::from_code(role_code).ok_or(OperatorError::UnknownRole)
}
