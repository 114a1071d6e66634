//! What a presented token says.

use serde::Serialize;
use token_verification::{Caller, VerifyError};
use utoipa::ToSchema;

use super::member::OrgRole;
use super::subscription::Subscription;

/// What the presented token says; with `valid` false, why it says nothing.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    end_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Codes of platform roles and of the roles held in the active organization.
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    active_org_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_role: Option<OrgRole>,
    /// Codes of the permissions held in the active organization.
    permissions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Subscription>,
    /// What to do, when the token is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Code of the error, when the token is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
}

impl From<Caller> for Session {
    fn from(caller: Caller) -> Self {
        Self {
            valid: true,
            end_user_id: Some(caller.user_id.to_string()),
            email: Some(caller.email),
            roles: caller.roles.to_vec(),
            active_org_id: caller.organization.as_ref().map(|organization| organization.id.to_string()),
            org_role: caller.organization.as_ref().map(|organization| organization.role.into()),
            permissions: caller.permissions.to_vec(),
            subscription: caller.subscription.map(Subscription::from),
            error: None,
            error_code: None,
        }
    }
}

impl From<VerifyError> for Session {
    fn from(error: VerifyError) -> Self {
        Self {
            valid: false,
            end_user_id: None,
            email: None,
            roles: Vec::new(),
            active_org_id: None,
            org_role: None,
            permissions: Vec::new(),
            subscription: None,
            error: Some(error.to_string()),
            error_code: Some(error.reason()),
        }
    }
}
