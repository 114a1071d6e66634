//! The same change in every organization of a user, all or nothing.

use service_kit::WriteTransaction;

use crate::context::Context;
use crate::domain::change::MembershipChange;
use crate::domain::denial::{BlockingOrganization, Denial};
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::change_membership::{Subject, WantedBy, change_membership};

/// How many blocking organizations are named at most.
const NAMED_AT_MOST: usize = 10;

/// Changes every membership of a user whose row is locked. SoleOwner names the organizations that would lose their only
/// active owner; the transaction is to be dropped then.
pub async fn change_everywhere(
    context: &Context,
    transaction: &WriteTransaction,
    user_id: UserId,
    change: &MembershipChange,
    trail: &Trail,
) -> Result<(), Error> {
    let mut blocking = Vec::new();
    // Everything that could add the user anywhere waits for the lock on the user, so the list is complete.
    for organization_id in store::memberships_of_user::organizations(transaction, user_id).await? {
        let subject = Subject { organization_id, target_id: user_id };
        match change_membership(context, transaction, subject, WantedBy::Nobody, change, trail).await {
            Ok(_) | Err(Error::Denied(Denial::OrganizationNotFound)) => {}
            Err(Error::Denied(Denial::LastOwner)) => blocking.push(describe(transaction, organization_id).await?),
            Err(error) => return Err(error),
        }
        if blocking.len() == NAMED_AT_MOST {
            break;
        }
    }
    if blocking.is_empty() { Ok(()) } else { Err(Denial::SoleOwner(blocking).into()) }
}

async fn describe(
    transaction: &WriteTransaction,
    organization_id: OrganizationId,
) -> Result<BlockingOrganization, Error> {
    let organization =
        store::organizations::find(transaction, organization_id).await?.ok_or(Denial::OrganizationNotFound)?;
    Ok(BlockingOrganization { id: organization.id, name: organization.name, slug: organization.slug })
}
