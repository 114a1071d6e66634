//! Makes access tokens.

use service_kit::Timestamp;
use token_verification::{AsOf, Claims};

use super::gather_access::ActiveAccess;
use crate::context::Context;
use crate::domain::session::SessionId;
use crate::domain::user::User;
use crate::error::IdentityError;

/// A signed token.
pub struct AccessToken {
    pub text: String,
    pub lifetime_seconds: i64,
    pub expires: Timestamp,
}

/// What a token is made of.
pub struct Grounds<'a> {
    pub user: &'a User,
    pub session_id: SessionId,
    pub app_code: &'a str,
    pub access: &'a ActiveAccess,
    /// Read before the user, and with the session locked or in one snapshot with both, so that a change
    /// which the token does not know has a higher position.
    pub identity_position: i64,
}

/// Signs a token.
pub fn mint_access_token(
    context: &Context,
    grounds: &Grounds<'_>,
    now: Timestamp,
) -> Result<AccessToken, IdentityError> {
    let issuance = &context.issuance;
    let standing = &grounds.access.access.standing;
    let expires = Timestamp::from_millis(now.seconds() * 1000).plus(issuance.lifetime);
    let claims = Claims {
        iss: issuance.issuer.clone(),
        aud: grounds.app_code.to_owned(),
        sub: grounds.user.id.uuid(),
        sid: grounds.session_id.uuid(),
        jti: context.entropy.uuid(now),
        iat: now.seconds(),
        exp: expires.seconds(),
        nbf: None,
        uid: grounds.user.id.uuid(),
        email: grounds.user.email.clone(),
        email_verified: grounds.user.email_verified,
        active_org_id: Some(standing.organization_id.uuid()),
        org_slug: Some(standing.slug.clone()),
        org_name: Some(standing.name.clone()),
        is_personal_org: Some(standing.is_personal),
        org_role: Some(standing.role),
        roles: standing.roles_of(grounds.user),
        permissions: standing.permissions.clone(),
        subscription: grounds.access.subscription.clone(),
        app_code: grounds.app_code.to_owned(),
        token_type: Claims::TOKEN_TYPE.to_owned(),
        asof: AsOf {
            i: grounds.identity_position,
            o: standing.position,
            b: grounds.access.billing_position,
            e: grounds.access.epoch.clone(),
        },
        imp_uid: None,
    };
    let text = issuance.keyring.sign(&claims)?;
    Ok(AccessToken { text, lifetime_seconds: expires.seconds() - now.seconds(), expires })
}
