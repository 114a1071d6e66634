//! `admin create`

use mail::Address;
use serde_json::json;
use service_kit::{Timestamp, WriteTransaction, audit, outbox};

use super::links::make_setup_token;
use super::roles::give;
use super::{Created, Operator};
use crate::domain::platform_role::PlatformRole;
use crate::domain::user::{Names, User};
use crate::error::OperatorError;
use crate::store::users;
use crate::use_cases::create_user::{new_user, provisioning};

pub async fn create(operator: &Operator, email: &Address, role: PlatformRole) -> Result<Created, OperatorError> {
    let now = operator.clock.now();
    let transaction = operator.database.begin_write().await?;
    let known = users::find_by_email(&transaction, email.canonical()).await?;
    let is_new = known.is_none();
    let user = match known {
        Some(user) => {
            let user = users::lock(&transaction, user.id).await?.ok_or(OperatorError::Unsettled)?;
            give(operator, &transaction, user, role, now).await?.user
        }
        None => make(operator, &transaction, email, role, now).await?,
    };
    let setup = match user.password_hash {
        Some(_) => None,
        None => Some(make_setup_token(operator, &transaction, user.id, now).await?),
    };
    transaction.commit().await?;
    Ok(Created { is_new, setup })
}

/// The operator vouches for the address, as for that of the first administrator.
async fn make(
    operator: &Operator,
    transaction: &WriteTransaction,
    email: &Address,
    role: PlatformRole,
    now: Timestamp,
) -> Result<User, OperatorError> {
    let mut user = new_user(&operator.entropy, email.canonical(), None, Names::default(), now);
    user.email_verified = true;
    user.roles = vec![role.code().to_owned()];
    if !users::insert(transaction, &user).await? {
        return Err(OperatorError::Unsettled);
    }
    outbox::append(transaction, provisioning(&user, now), now).await?;
    let details = json!({ "roles": user.roles });
    let entry = operator.trail().entry("user.created", user.id, details, &operator.entropy, now);
    audit::append(transaction, entry).await?;
    Ok(user)
}
