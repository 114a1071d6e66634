//! What the first start of a new deployment makes, and every later one finds.

use secrecy::ExposeSecret;
use serde_json::json;
use service_kit::{CallOrigin, audit, outbox};

use crate::BuildError;
use crate::context::Context;
use crate::domain::platform_role::PlatformRole;
use crate::domain::trail::Trail;
use crate::domain::user::Names;
use crate::settings::FirstAdmin;
use crate::store::users;
use crate::use_cases::create_user::{new_user, provisioning};

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
    let mut user = new_user(&context.entropy, email, Some(hash), Names::default(), now);
    user.email_verified = true;
    user.roles = vec![PlatformRole::SystemAdmin.code().to_owned()];
    let transaction = context.database.begin_write().await?;
    if users::insert(&transaction, &user).await? {
        outbox::append(&transaction, provisioning(&user, now), now).await?;
        // Settings are the operator's word as much as commands are.
        let trail = Trail::of_operator(&CallOrigin::default());
        let entry = trail.entry("user.created", user.id, json!({ "roles": user.roles }), &context.entropy, now);
        audit::append(&transaction, entry).await?;
        transaction.commit().await?;
    }
    Ok(())
}
