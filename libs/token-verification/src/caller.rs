//! Who calls: what a verified token says, in the words of the application.

use std::sync::Arc;

use uuid::Uuid;

use crate::VerifyError;
use crate::claims::{AsOf, Claims, OrgRole, SubscriptionClaim};

/// The user behind a verified token. Clones share the lists of roles and permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user_id: Uuid,
    /// The session that the token belongs to.
    pub session_id: Uuid,
    /// The token itself.
    pub token_id: Uuid,
    /// The user's e-mail address.
    pub email: String,
    /// Whether the user has shown to hold that address.
    pub email_verified: bool,
    /// The organization that the user acts for, if any.
    pub organization: Option<ActiveOrganization>,
    /// Codes of the user's roles, of the platform and of the organization.
    pub roles: Arc<[String]>,
    /// Codes of what these roles permit.
    pub permissions: Arc<[String]>,
    /// The organization's plan; `None` when the issuer couldn't learn it, which isn't the same as having none.
    pub subscription: Option<SubscriptionClaim>,
    /// The application that the token is for.
    pub app_code: String,
    /// When the token was issued, in Unix seconds.
    pub issued_at: i64,
    /// When the token ends, in Unix seconds.
    pub expires_at: i64,
    /// The positions of changes that the token has seen.
    pub asof: AsOf,
    /// The administrator who acts as this user, when one does.
    pub impersonated_by: Option<Uuid>,
}

/// The organization that a caller acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveOrganization {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is the caller's personal organization.
    pub is_personal: bool,
    /// What the caller is in it.
    pub role: OrgRole,
}

/// The caller may not do this; holds what is needed to say so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("This needs the permission {required_permission}; ask an owner of the organization for a role that has it.")]
pub struct MissingPermission {
    /// The permission that is missing.
    pub required_permission: String,
    /// The codes of the roles that the caller holds instead.
    pub held_roles: Vec<String>,
}

impl MissingPermission {
    /// The stable code for clients to branch on; its HTTP status is 403.
    pub const REASON: &'static str = "INSUFFICIENT_PERMISSIONS";
}

impl Caller {
    /// Asks for a permission by its exact code, such as `org:members:remove`.
    ///
    /// # Errors
    /// [`MissingPermission`] when the token doesn't name it.
    pub fn require(&self, permission: &str) -> Result<(), MissingPermission> {
        if self.permissions.iter().any(|held| held == permission) {
            return Ok(());
        }
        Err(MissingPermission { required_permission: permission.to_owned(), held_roles: self.roles.to_vec() })
    }

    /// The id of the organization that the user acts for, if any.
    #[must_use]
    pub fn acts_for(&self) -> Option<Uuid> {
        self.organization.as_ref().map(|organization| organization.id)
    }

    /// Whether the token names this role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }

    /// To be called when the claims were checked against the verifier's settings and the clock, not before.
    pub(crate) fn from_checked(claims: Claims) -> Result<Self, VerifyError> {
        if claims.uid != claims.sub || claims.app_code != claims.aud {
            return Err(VerifyError::ContradictoryClaims);
        }
        let organization =
            match (claims.active_org_id, claims.org_slug, claims.org_name, claims.is_personal_org, claims.org_role) {
                (Some(id), Some(slug), Some(name), Some(is_personal), Some(role)) => {
                    Some(ActiveOrganization { id, slug, name, is_personal, role })
                }
                (None, None, None, None, None) => None,
                _ => return Err(VerifyError::ContradictoryClaims),
            };
        Ok(Self {
            user_id: claims.sub,
            session_id: claims.sid,
            token_id: claims.jti,
            email: claims.email,
            email_verified: claims.email_verified,
            organization,
            roles: claims.roles.into(),
            permissions: claims.permissions.into(),
            subscription: claims.subscription,
            app_code: claims.app_code,
            issued_at: claims.iat,
            expires_at: claims.exp,
            asof: claims.asof,
            impersonated_by: claims.imp_uid,
        })
    }
}
