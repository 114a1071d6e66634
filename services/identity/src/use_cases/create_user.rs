//! Writes a new account and the intents that come with it.

use std::time::Duration;

use service_kit::outbox::{self, Message};
use service_kit::{Entropy, Timestamp};

use super::provision_user::PROVISION;
use super::request_link::request_link;
use crate::context::Context;
use crate::domain::link::Link;
use crate::domain::user::{Names, OrganizationId, User, UserId, UserStatus};
use crate::error::IdentityError;
use crate::store::users;

/// Writes the account and what must follow; `None` when the address has an account.
pub async fn create(
    context: &Context,
    email: &str,
    password_hash: String,
    names: Names,
    head_start: Duration,
) -> Result<Option<User>, IdentityError> {
    let now = context.clock.now();
    let user = new_user(&context.entropy, email, Some(password_hash), names, now);
    let transaction = context.database.begin_write().await?;
    if !users::insert(&transaction, &user).await? {
        return Ok(None);
    }
    outbox::append(&transaction, provisioning(&user, now.plus(head_start)), now).await?;
    request_link(context, &transaction, Link::VerifyEmail, user.id, now).await?;
    transaction.commit().await?;
    Ok(Some(user))
}

/// An account that nobody has used yet.
pub fn new_user(entropy: &Entropy, email: &str, password_hash: Option<String>, names: Names, now: Timestamp) -> User {
    User {
        id: UserId::generate(entropy, now),
        email: email.to_owned(),
        email_verified: false,
        password_hash,
        credential_generation: 0,
        names,
        status: UserStatus::Active,
        personal_organization_id: OrganizationId::generate(entropy, now),
        is_provisioned: false,
        profile_version: 1,
        roles: Vec::new(),
        created: now,
        updated: now,
        last_login: None,
    }
}

/// The intent of making the user's personal organization.
pub fn provisioning(user: &User, due: Timestamp) -> Message {
    Message {
        topic: PROVISION,
        key: user.id.to_string(),
        payload: serde_json::json!({ "user_id": user.id.uuid() }),
        due,
    }
}
