//! Removing a user everywhere, for good.

use serde_json::json;
use service_kit::{WriteTransaction, positions};

use crate::context::Context;
use crate::domain::change::MembershipChange;
use crate::domain::denial::{BlockingOrganization, Denial};
use crate::domain::ids::{OrganizationId, UserId};
use crate::error::Error;
use crate::store;
use crate::use_cases::change_membership::{Subject, change_membership};

/// How many blocking organizations are named at most.
const NAMED_AT_MOST: usize = 10;

/// Ends the user's memberships, personal organization and sole-member organizations and leaves a
/// tombstone, all or nothing. Answers the position at which the user's organization tokens end. With
/// `hands_over`, organizations that would lose their only owner stand in nobody's way.
pub async fn depart_user(context: &Context, user_id: UserId, hands_over: bool) -> Result<i64, Error> {
    let change = if hands_over { MembershipChange::DepartHandingOver } else { MembershipChange::Depart };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    store::users::note(&transaction, user_id).await?;
    let user = store::users::lock(&transaction, user_id).await?;
    if user.is_some_and(|user| user.departed.is_some()) {
        let position = positions::current(&transaction).await?;
        transaction.commit().await?;
        return Ok(position);
    }

    let mut blocking = Vec::new();
    // Everything that could add the user anywhere waits for the lock above, so the list is complete.
    for organization_id in store::memberships_of_user::organizations(&transaction, user_id).await? {
        let subject = Subject { organization_id, actor_id: user_id, target_id: user_id };
        match change_membership(&transaction, subject, &change, now).await {
            Ok(_) | Err(Error::Denied(Denial::OrganizationNotFound)) => {}
            Err(Error::Denied(Denial::LastOwner)) => blocking.push(describe(&transaction, organization_id).await?),
            Err(error) => return Err(error),
        }
        if blocking.len() == NAMED_AT_MOST {
            break;
        }
    }
    if !blocking.is_empty() {
        return Err(Denial::SoleOwner(blocking).into());
    }

    store::users::bury(&transaction, user_id, now).await?;
    let subject = json!({ "user_id": user_id.to_string() });
    let position = positions::advance(&transaction, "user", subject, now).await?;
    transaction.commit().await?;
    Ok(position)
}

async fn describe(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
) -> Result<BlockingOrganization, Error> {
    let organization =
        store::organizations::find(transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    Ok(BlockingOrganization { id: organization.id, name: organization.name, slug: organization.slug })
}
