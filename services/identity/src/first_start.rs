//! What the first start of a new deployment makes, and every later one finds.

use secrecy::ExposeSecret;
use service_kit::outbox;

use crate::BuildError;
use crate::context::Context;
use crate::domain::user::{Names, SYSTEM_ADMIN};
use crate::settings::FirstAdmin;
use crate::store::users;
use crate::use_cases::register::{new_user, provisioning};

/// Makes the first administrator unless the address has an account, which is then left as it is.
pub async fn make_first_admin(context: &Context, admin: FirstAdmin) -> Result<(), BuildError> {
    let email = admin.email.canonical();
    if users::find_by_email(context.database.reader(), email).await?.is_some() {
        return Ok(());
    }
    if admin.password.expose_secret().chars().count() < context.passwords.shortest {
        return Err(BuildError::AdminPassword(context.passwords.shortest));
    }
    let hash = context.passwords.hash(admin.password).await.map_err(|error| BuildError::Admin(error.to_string()))?;

    let now = context.clock.now();
    let mut user = new_user(context, email, hash, Names::default(), now);
    user.email_verified = true;
    user.roles = vec![SYSTEM_ADMIN.to_owned()];
    let transaction = context.database.begin_write().await?;
    if users::insert(&transaction, &user).await? {
        outbox::append(&transaction, provisioning(&user, now), now).await?;
        transaction.commit().await?;
    }
    Ok(())
}
