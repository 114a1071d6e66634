//! Changing, by the rules of the use cases.

use service_kit::audit::Reason;
use service_kit::{CallOrigin, WriteTransaction};
use uuid::Uuid;

use super::{BlockingRecord, Operator, OrganizationRecord, StatusRecord, lists};
use crate::domain::change::MembershipChange;
use crate::domain::denial::Denial;
use crate::domain::ids::UserId;
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::domain::trail::Trail;
use crate::error::{Error, OperatorError};
use crate::store;
use crate::use_cases::change_everywhere::change_everywhere;
use crate::use_cases::change_membership::{Subject, WantedBy, end_within};
use crate::use_cases::set_organization_status::change_status;

pub async fn give_status(
    operator: &Operator,
    id_or_slug: &str,
    status: OrganizationStatus,
    reason: Option<Reason>,
) -> Result<StatusRecord, OperatorError> {
    let found = lists::find(operator, id_or_slug).await?;
    let transaction = operator.context.database.begin_write().await?;
    let before = lock(&transaction, found.id).await?;
    let has_changed = before.status != status;
    let trail = operator.trail(reason);
    let changed = change_status(&operator.context, transaction, before, status, &trail).await?;
    Ok(StatusRecord { organization: changed.view.into(), has_changed })
}

pub async fn delete(
    operator: &Operator,
    id_or_slug: &str,
    reason: Option<Reason>,
) -> Result<OrganizationRecord, OperatorError> {
    let found = lists::find(operator, id_or_slug).await?;
    let transaction = operator.context.database.begin_write().await?;
    let view = store::owners::view(&transaction, lock(&transaction, found.id).await?).await?;
    let organization_id = view.organization.id;
    // The end of an organization is about nobody in particular.
    let target_id = view.owner_id.unwrap_or_else(|| Uuid::nil().into());
    let subject = Subject { organization_id, target_id };
    let (end, trail) = (MembershipChange::EndOrganization, operator.trail(reason));
    end_within(&operator.context, &transaction, WantedBy::Operator, subject, end, &trail).await?;
    transaction.commit().await?;
    Ok(view.into())
}

pub async fn blocking_departure(operator: &Operator, user_id: UserId) -> Result<Vec<BlockingRecord>, OperatorError> {
    blocking(operator, user_id, MembershipChange::Depart).await
}

pub async fn blocking_suspension(operator: &Operator, user_id: UserId) -> Result<Vec<BlockingRecord>, OperatorError> {
    blocking(operator, user_id, MembershipChange::StopCounting).await
}

/// Tries it in a transaction that is dropped.
async fn blocking(
    operator: &Operator,
    user_id: UserId,
    change: MembershipChange,
) -> Result<Vec<BlockingRecord>, OperatorError> {
    let transaction = operator.context.database.begin_write().await?;
    store::users::lock(&transaction, user_id).await?;
    let trail = Trail::of_system(CallOrigin::default());
    match change_everywhere(&operator.context, &transaction, user_id, &change, &trail).await {
        Ok(()) => Ok(Vec::new()),
        Err(Error::Denied(Denial::SoleOwner(organizations))) => Ok(organizations.into_iter().map(Into::into).collect()),
        Err(error) => Err(error.into()),
    }
}

async fn lock(transaction: &WriteTransaction, id: Uuid) -> Result<Organization, OperatorError> {
    store::organizations::lock(transaction, id.into()).await?.ok_or(OperatorError::NoSuchOrganization)
}
