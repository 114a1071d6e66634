//! Finishes a sign-up: the personal organization.

use service_kit::outbox;

use crate::context::Context;
use crate::domain::user::User;
use crate::error::IdentityError;
use crate::store::users;

/// The intent of making a user's personal organization; its key is the user's id.
pub const PROVISION: &str = "provision";

/// Makes the user's personal organization unless it is made. Repeating it is harmless.
pub async fn provision_user(context: &Context, user: &User) -> Result<(), IdentityError> {
    if user.is_provisioned {
        return Ok(());
    }
    context.upstreams.ensure_personal_organization(user).await?;

    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    users::mark_provisioned(&transaction, user.id, now).await?;
    outbox::complete(&transaction, PROVISION, &user.id.to_string()).await?;
    Ok(transaction.commit().await?)
}
