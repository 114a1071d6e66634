//! What signing in, refreshing and switching answer.

use contracts::identity::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, filled, shaped};
use super::member::OrgRole;
use super::organization::Organization;
use super::subscription::Subscription;
use super::tokens::Credentials;
use super::user::User;

/// An account just made, signed in and acting for its personal organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    user: User,
    organization: Organization,
    #[serde(flatten)]
    credentials: Credentials,
    /// True: a mail with a verification link is on its way.
    verification_email_sent: bool,
    /// For sign-ins: shows that the device has signed in before. Good for a year and as long as the
    /// password stays; with `session: "cookie"` in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

impl Registered {
    /// The answer, with what it shows of the tokens.
    pub(crate) fn of(
        answer: proto::RegisterResponse,
        credentials: Credentials,
        device_token: Option<String>,
    ) -> Result<Self, Incomplete> {
        let access = filled(answer.access, "the access")?;
        Ok(Self {
            user: shaped(answer.user, "the user")?,
            organization: shaped(access.organization, "the organization")?,
            credentials,
            verification_email_sent: answer.verification_email_sent,
            device_token,
        })
    }
}

/// What every sign-up is answered with where the answer does not tell whether an address has an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegistrationMailed {
    /// A mail is on its way, with a verification link if an account was made.
    pub(crate) verification_email_sent: bool,
}

/// Signed in, acting for this organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedInUser {
    user: User,
    organization: Organization,
    #[serde(flatten)]
    credentials: Credentials,
    /// Codes of platform roles and of the roles held in the organization.
    roles: Vec<String>,
    /// Codes of the permissions held in the organization.
    permissions: Vec<String>,
    /// For sign-ins: shows that the device has signed in before. Good for a year and as long as the
    /// password stays; absent after a refresh, and with `session: "cookie"` in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) device_token: Option<String>,
}

impl SignedInUser {
    /// The answer's parts, with what it shows of the tokens.
    pub(crate) fn of(
        user: Option<proto::User>,
        access: Option<proto::ActiveAccess>,
        credentials: Credentials,
    ) -> Result<Self, Incomplete> {
        let access = filled(access, "the access")?;
        Ok(Self {
            user: shaped(user, "the user")?,
            organization: shaped(access.organization, "the organization")?,
            credentials,
            roles: access.roles,
            permissions: access.permissions,
            device_token: None,
        })
    }
}

/// Acting for another organization now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Switched {
    #[serde(flatten)]
    credentials: Credentials,
    #[schema(format = Uuid)]
    active_org_id: String,
    org_role: OrgRole,
    /// Codes of platform roles and of the roles held in the organization.
    roles: Vec<String>,
    /// Codes of the permissions held in the organization.
    permissions: Vec<String>,
    /// Absent when it could not be learnt.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Subscription>,
}

impl Switched {
    /// The answer's access, with what it shows of the tokens.
    pub(crate) fn of(access: Option<proto::ActiveAccess>, credentials: Credentials) -> Result<Self, Incomplete> {
        let access = filled(access, "the access")?;
        Ok(Self {
            credentials,
            org_role: access.org_role().try_into()?,
            active_org_id: filled(access.organization, "the organization")?.id,
            roles: access.roles,
            permissions: access.permissions,
            subscription: access.subscription.map(Subscription::try_from).transpose()?,
        })
    }
}
