//! Users.

use contracts::identity::v1 as proto;
use serde::Serialize;
use token_verification::Caller;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, filled};
use super::instant::Instant;

/// A person's account.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    #[schema(format = Uuid)]
    id: String,
    email: String,
    /// Whether somebody has proven to read that address's mail.
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    status: UserStatus,
    /// Codes of roles.
    pub(crate) roles: Vec<String>,
    created_at: Instant,
    updated_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login_at: Option<Instant>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserStatus {
    Active,
    Suspended,
}

impl TryFrom<proto::User> for User {
    type Error = Incomplete;

    fn try_from(user: proto::User) -> Result<Self, Incomplete> {
        let status = match user.status() {
            proto::UserStatus::Active => Some(UserStatus::Active),
            proto::UserStatus::Suspended => Some(UserStatus::Suspended),
            proto::UserStatus::Unspecified => None,
        };
        Ok(Self {
            id: user.id,
            email: user.email,
            email_verified: user.email_verified,
            first_name: user.first_name,
            last_name: user.last_name,
            display_name: user.display_name,
            status: filled(status, "the user's status")?,
            roles: user.roles,
            created_at: Instant::of(user.created_at, "the user's created_at")?,
            updated_at: Instant::of(user.updated_at, "the user's updated_at")?,
            last_login_at: user.last_login_at.map(Instant::from),
        })
    }
}

/// A page of accounts, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Users {
    users: Vec<User>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListUsersResponse> for Users {
    type Error = Incomplete;

    fn try_from(answer: proto::ListUsersResponse) -> Result<Self, Incomplete> {
        Ok(Self { users: each(answer.users)?, next_page_token: answer.next_page_token })
    }
}

/// A user with what the presented token says; `roles` are the token's.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    #[serde(flatten)]
    pub(crate) user: User,
    /// The same as `id`.
    #[schema(format = Uuid)]
    pub(crate) user_id: String,
    /// Codes of the permissions held in the active organization.
    pub(crate) permissions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    pub(crate) active_org_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) org_role: Option<super::member::OrgRole>,
}

impl Me {
    /// The user, seen by whoever presents a token.
    pub(crate) fn of(mut user: User, caller: &Caller) -> Self {
        user.roles = caller.roles.to_vec();
        Self {
            user,
            user_id: caller.user_id.to_string(),
            permissions: caller.permissions.to_vec(),
            active_org_id: caller.organization.as_ref().map(|organization| organization.id.to_string()),
            org_role: caller.organization.as_ref().map(|organization| organization.role.into()),
        }
    }
}

/// The account whose address is proven now.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifiedUser {
    pub(crate) user: User,
}
