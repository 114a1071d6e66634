//! `user show`, `user sessions`, `user sign-out`

use serde_json::json;
use service_kit::audit::{self, Reason};
use uuid::Uuid;

use super::{AccountRecord, Operator, SessionRecord};
use crate::domain::user::{User, UserStatus};
use crate::error::OperatorError;
use crate::store::{sessions, users};
use crate::use_cases::take_position;

/// More living sessions than a user can have.
const MOST_SESSIONS: u64 = 1000;

/// The account of this address or id.
pub async fn find(operator: &Operator, text: &str) -> Result<User, OperatorError> {
    let reader = operator.database.reader();
    let found = match Uuid::try_parse(text) {
        Ok(id) => users::find(reader, id.into()).await?,
        Err(_) => match mail::Address::parse(text) {
            Ok(address) => users::find_by_email(reader, address.canonical()).await?,
            Err(_) => None,
        },
    };
    found.ok_or(OperatorError::NoSuchUser)
}

pub async fn list_sessions(operator: &Operator, text: &str) -> Result<Vec<SessionRecord>, OperatorError> {
    let user = find(operator, text).await?;
    let living =
        sessions::list_living(operator.database.reader(), user.id, operator.clock.now(), None, MOST_SESSIONS).await?;
    Ok(living
        .into_iter()
        .map(|session| SessionRecord {
            id: session.id.to_string(),
            app_code: session.app_code,
            organization_id: session.active_organization_id.to_string(),
            created: session.created,
            last_activity: session.last_activity,
            expires: session.idle_expires,
            in_cookies: session.in_cookies,
        })
        .collect())
}

/// As the back office does it, by the operator.
pub async fn sign_out(operator: &Operator, text: &str, reason: Option<Reason>) -> Result<User, OperatorError> {
    let user = find(operator, text).await?;
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let user = users::lock(&transaction, user.id).await?.ok_or(OperatorError::NoSuchUser)?;
    sessions::end_all(&transaction, user.id, now).await?;
    let entry =
        operator.trail().because(reason).entry("user.sessions_revoked", user.id, json!(null), &operator.entropy, now);
    audit::append(&transaction, entry).await?;
    take_position::of_user(&transaction, user.id, now).await?;
    transaction.commit().await?;
    Ok(user)
}

impl From<User> for AccountRecord {
    fn from(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email,
            email_verified: user.email_verified,
            status: in_a_word(user.status),
            roles: user.roles,
            created: user.created,
            last_login: user.last_login,
            personal_organization_id: user.personal_organization_id.to_string(),
        }
    }
}

const fn in_a_word(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "active",
        UserStatus::Suspending => "suspending",
        UserStatus::Suspended => "suspended",
        UserStatus::Departing => "departing",
    }
}
