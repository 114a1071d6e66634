//! What signing in, refreshing and switching answer.

use contracts::identity::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, filled, shaped};
use super::member::OrgRole;
use super::organization::Organization;
use super::subscription::Subscription;
use super::tokens::Tokens;
use super::user::User;

/// An account just made, signed in and acting for its personal organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    user: User,
    organization: Organization,
    tokens: Tokens,
    /// True: a mail with a verification link is on its way.
    verification_email_sent: bool,
    /// For sign-ins: shows that the device has signed in before. Good for a year.
    device_token: String,
}

impl TryFrom<proto::RegisterResponse> for Registered {
    type Error = Incomplete;

    fn try_from(answer: proto::RegisterResponse) -> Result<Self, Incomplete> {
        let access = filled(answer.access, "the access")?;
        Ok(Self {
            user: shaped(answer.user, "the user")?,
            organization: shaped(access.organization, "the organization")?,
            tokens: shaped(answer.tokens, "the tokens")?,
            verification_email_sent: answer.verification_email_sent,
            device_token: answer.device_token,
        })
    }
}

/// Signed in, acting for this organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedInUser {
    user: User,
    organization: Organization,
    tokens: Tokens,
    /// Codes of platform roles and of the roles held in the organization.
    roles: Vec<String>,
    /// Codes of the permissions held in the organization.
    permissions: Vec<String>,
    /// For sign-ins: shows that the device has signed in before. Good for a year; absent after a refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

impl SignedInUser {
    fn of(
        user: Option<proto::User>,
        access: Option<proto::ActiveAccess>,
        tokens: Option<proto::Tokens>,
    ) -> Result<Self, Incomplete> {
        let access = filled(access, "the access")?;
        Ok(Self {
            user: shaped(user, "the user")?,
            organization: shaped(access.organization, "the organization")?,
            tokens: shaped(tokens, "the tokens")?,
            roles: access.roles,
            permissions: access.permissions,
            device_token: None,
        })
    }
}

impl TryFrom<proto::LoginResponse> for SignedInUser {
    type Error = Incomplete;

    fn try_from(answer: proto::LoginResponse) -> Result<Self, Incomplete> {
        let signed_in = Self::of(answer.user, answer.access, answer.tokens)?;
        Ok(Self { device_token: Some(answer.device_token), ..signed_in })
    }
}

impl TryFrom<proto::RefreshResponse> for SignedInUser {
    type Error = Incomplete;

    fn try_from(answer: proto::RefreshResponse) -> Result<Self, Incomplete> {
        Self::of(answer.user, answer.access, answer.tokens)
    }
}

/// Acting for another organization now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Switched {
    tokens: Tokens,
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

impl TryFrom<proto::SwitchOrganizationResponse> for Switched {
    type Error = Incomplete;

    fn try_from(answer: proto::SwitchOrganizationResponse) -> Result<Self, Incomplete> {
        let access = filled(answer.access, "the access")?;
        Ok(Self {
            tokens: shaped(answer.tokens, "the tokens")?,
            org_role: access.org_role().try_into()?,
            active_org_id: filled(access.organization, "the organization")?.id,
            roles: access.roles,
            permissions: access.permissions,
            subscription: access.subscription.map(Subscription::try_from).transpose()?,
        })
    }
}
