//! Handing an organization over.

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::change::MembershipChange;
use crate::domain::ids::{OrganizationId, UserId};
use crate::domain::organization::OrganizationView;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::change_membership::{Subject, WantedBy, change_membership};
use crate::use_cases::take_position::{take_position, tell_widened};

/// To whom the organization goes.
pub struct TransferOwnership {
    /// Which organization.
    pub organization_id: OrganizationId,
    /// The new owner.
    pub new_owner_id: UserId,
}

/// What a transfer leaves.
pub struct Transferred {
    /// The organization as it stands.
    pub view: OrganizationView,
    /// Position at which the former owner's older tokens end.
    pub position: i64,
}

/// The target becomes an owner and the caller an ordinary member, in one step.
pub async fn transfer_ownership(
    context: &Context,
    caller: &Caller,
    command: TransferOwnership,
) -> Result<Transferred, Error> {
    let TransferOwnership { organization_id, new_owner_id } = command;
    let now = context.clock.now();
    let subject = Subject { organization_id, target_id: new_owner_id };

    let trail = Trail::of(caller);
    let transaction = context.database.begin_write().await?;
    let (wanted_by, change) = (WantedBy::Caller(caller), MembershipChange::TakeOver);
    let changed = change_membership(context, &transaction, subject, wanted_by, &change, &trail).await?;
    let view = store::owners::view(&transaction, changed.organization).await?;
    tell_widened(&transaction, organization_id, changed.widened, now).await?;
    let position = take_position(&transaction, organization_id, changed.narrowed, now).await?;
    transaction.commit().await?;

    Ok(Transferred { view, position })
}
