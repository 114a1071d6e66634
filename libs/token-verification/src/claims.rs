//! The claims of an access token, as they stand in its JSON. The issuer mints from this struct, the verifier reads into it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::OwningService;
use crate::strict_json::{object, present, present_object};

/// What an access token says. An optional claim is absent when it has nothing to say, never `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer's URL.
    pub iss: String,
    /// The code of the application that the token is for; one string, never an array.
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// The session that the token belongs to.
    pub sid: Uuid,
    /// The token itself.
    pub jti: Uuid,
    /// When it was issued, in Unix seconds.
    pub iat: i64,
    /// When it ends, in Unix seconds; at most an hour after `iat`.
    pub exp: i64,
    /// Before when it is refused, in Unix seconds.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The user again; always equal to `sub`.
    pub uid: Uuid,
    /// The user's e-mail address.
    pub email: String,
    /// Whether the user has shown to hold that address.
    pub email_verified: bool,
    /// The organization that the user acts for. The five claims of the organization are all present or all absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub active_org_id: Option<Uuid>,
    /// Its slug.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub org_slug: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub org_name: Option<String>,
    /// Whether it is the user's personal organization.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub is_personal_org: Option<bool>,
    /// What the user is in it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub org_role: Option<OrgRole>,
    /// Codes of the user's roles, of the platform and of the organization.
    pub roles: Vec<String>,
    /// Codes of what these roles permit.
    pub permissions: Vec<String>,
    /// The organization's plan; absent when the issuer couldn't learn it, which isn't the same as having none.
    #[serde(default, deserialize_with = "present_object", skip_serializing_if = "Option::is_none")]
    pub subscription: Option<SubscriptionClaim>,
    /// The application's code; always equal to `aud`.
    pub app_code: String,
    /// [`Claims::TOKEN_TYPE`].
    pub token_type: String,
    /// What the token has seen.
    #[serde(deserialize_with = "object")]
    pub asof: AsOf,
    /// The administrator who acts as this user, when one does.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub imp_uid: Option<Uuid>,
}

impl Claims {
    /// The `alg` of the token's header (RFC 8037).
    pub const ALGORITHM: &'static str = "EdDSA";
    /// The `typ` of the token's header (RFC 9068).
    pub const HEADER_TYPE: &'static str = "at+jwt";
    /// The `token_type` of every access token.
    pub const TOKEN_TYPE: &'static str = "access";
    /// The longest accepted time between `iat` and `exp`, in seconds.
    pub const MAXIMUM_LIFETIME_SECONDS: i64 = 3600;
}

/// The positions of the owning services' changes that a token has seen: changes up to these are already in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// Position of identity.
    pub i: i64,
    /// Position of organizations.
    pub o: i64,
    /// Position of billing-context.
    pub b: i64,
    /// The epoch in which the positions count.
    pub e: String,
}

impl AsOf {
    /// The position of one service.
    #[must_use]
    pub const fn of(&self, service: OwningService) -> i64 {
        match service {
            OwningService::Identity => self.i,
            OwningService::Organizations => self.o,
            OwningService::Billing => self.b,
        }
    }
}

/// What the user is in the organization, beside the finer roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrgRole {
    /// Answers for the organization.
    Owner,
    /// Belongs to it.
    Member,
}

impl OrgRole {
    /// The word in the claim: `owner` or `member`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Member => "member",
        }
    }
}

/// The plan of the active organization when the token was minted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionClaim {
    /// `none`, `trialing`, `active`, `past_due`, `canceled`, `unpaid` or `incomplete`; more may be added.
    pub status: String,
    /// The plan's code.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub plan_code: Option<String>,
    /// The plan's name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub plan_name: Option<String>,
    /// When the paid period ends (RFC 3339, UTC).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub current_period_end: Option<String>,
    /// Whether the subscription ends with that period.
    pub cancel_at_period_end: bool,
    /// When the trial ends (RFC 3339, UTC).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub trial_ends_at: Option<String>,
}
