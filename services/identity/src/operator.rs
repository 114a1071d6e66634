//! What whoever runs the deployment does to platform roles and the epoch at its command line, with the database alone: it works
//! while nothing is served, and when nobody of the back office can sign in any more.

mod accounts;
mod create;
mod roles;

use mail::Address;
use service_kit::audit::Reason;
use service_kit::database::DatabaseSettings;
use service_kit::{CallOrigin, Clock, Database, Entropy, SecretToken, Timestamp};

use crate::NAME;
use crate::domain::platform_role::PlatformRole;
use crate::domain::trail::Trail;
use crate::domain::user::UserStatus;
use crate::error::OperatorError;
use crate::store::migrations::Migrator;
use crate::store::{epoch, platform_roles, users};
use crate::use_cases::renew_epoch::renew_epoch;

/// The operator's access to identity's database.
pub struct Operator {
    database: Database,
    clock: Clock,
    entropy: Entropy,
    origin: CallOrigin,
}

/// Somebody with a platform role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleHolder {
    /// Canonical form.
    pub email: String,
    /// Codes of platform roles, sorted.
    pub roles: Vec<String>,
    /// Whether the account is in use.
    pub is_active: bool,
    /// Whether its owner has chosen a password.
    pub has_password: bool,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord {
    /// A UUID.
    pub id: String,
    /// Canonical form.
    pub email: String,
    /// Whether somebody has proven that the address is theirs.
    pub email_verified: bool,
    /// In a word: active, suspending, suspended or departing.
    pub status: &'static str,
    /// Codes of platform roles, sorted.
    pub roles: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When somebody last signed in.
    pub last_login: Option<Timestamp>,
    /// A UUID.
    pub personal_organization_id: String,
}

/// A living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// A UUID.
    pub id: String,
    /// The app that it was opened for.
    pub app_code: String,
    /// The organization that its tokens act for, a UUID.
    pub organization_id: String,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last renewed.
    pub last_activity: Timestamp,
    /// Its end unless it is active before.
    pub expires: Timestamp,
    /// Whether a browser keeps its tokens in cookies.
    pub in_cookies: bool,
}

/// What became of a wish for an administrator.
pub struct Created {
    /// False when the address had an account, which has the role now.
    pub is_new: bool,
    /// Lets its holder choose the account's password, once, within a day; only for an account that has none.
    pub setup: Option<SecretToken>,
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

    /// Begins another epoch of positions, as has to be after identity's own database was put back from a backup or failed over to
    /// a standby that had not seen everything; its name. Running services follow within a second.
    pub async fn renew_epoch(&self) -> Result<String, OperatorError> {
        let present = || async { epoch::find(self.database.reader()).await?.ok_or(OperatorError::NeverStarted) };
        let former = present().await?.name;
        let now = self.clock.now();
        match renew_epoch(&self.database, &former, self.trail(), &self.entropy, now).await? {
            Some(name) => Ok(name),
            // Somebody else has done it at the same time.
            None => Ok(present().await?.name),
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
