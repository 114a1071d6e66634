//! Blocking an organization and taking it back into use.

use service_kit::WriteTransaction;
use service_kit::audit::Reason;

use crate::context::Context;
use crate::domain::caller::Caller;
use crate::domain::denial::Denial;
use crate::domain::effect::Narrowed;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::{Organization, OrganizationStatus, OrganizationView};
use crate::domain::record::Record;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::enter::enter_to_change;
use crate::use_cases::find_free_slug::released_before;
use crate::use_cases::take_position::take_position;
use crate::use_cases::write_record::write_record;

/// Which status to give to which organization.
pub struct SetOrganizationStatus {
    /// Which.
    pub organization_id: OrganizationId,
    /// Active or suspended.
    pub status: OrganizationStatus,
    /// Why.
    pub reason: Option<Reason>,
}

/// An organization after a change of its status.
pub struct ChangedStatus {
    /// The organization as it stands.
    pub view: OrganizationView,
    /// Position at which tokens for it end; 0 when it was taken back into use.
    pub position: i64,
}

/// Gives the status; an organization that has it already stays as it is.
pub async fn set_organization_status(
    context: &Context,
    caller: &Caller,
    command: SetOrganizationStatus,
) -> Result<ChangedStatus, Error> {
    let transaction = context.database.begin_write().await?;
    let before = enter_to_change(&transaction, caller, command.organization_id).await?.organization;
    let trail = Trail::because(caller, command.reason);
    change_status(context, transaction, before, command.status, &trail).await
}

/// The same for an organization that is locked, and whoever has been found to be allowed; commits.
pub async fn change_status(
    context: &Context,
    transaction: WriteTransaction,
    before: Organization,
    status: OrganizationStatus,
    trail: &Trail,
) -> Result<ChangedStatus, Error> {
    let (now, organization_id) = (context.clock.now(), before.id);
    if before.is_personal() {
        return Err(Denial::PersonalOrganization.into());
    }
    if before.status == status {
        let view = store::owners::view(&transaction, before).await?;
        let position = take_position(&transaction, organization_id, Narrowed::Earlier, now).await?;
        transaction.commit().await?;
        return Ok(ChangedStatus { view, position });
    }
    let after = Organization { status, updated: now, ..before };
    store::organizations::update(&transaction, &after, released_before(now)).await?;
    let (record, narrowed) = match status {
        OrganizationStatus::Suspended => (Record::organization_suspended(&after), Narrowed::Everybody),
        OrganizationStatus::Active => (Record::organization_reactivated(&after), Narrowed::Nobody),
    };
    write_record(context, &transaction, organization_id, trail, record, now).await?;
    let view = store::owners::view(&transaction, after).await?;
    let position = take_position(&transaction, organization_id, narrowed, now).await?;
    transaction.commit().await?;
    Ok(ChangedStatus { view, position })
}
