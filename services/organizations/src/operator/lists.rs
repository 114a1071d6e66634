//! Reading, a page at a time.

use uuid::Uuid;

use super::{MemberRecord, MembershipRecord, Operator, OrganizationRecord, RoleRecord, WhichOrganizations};
use crate::domain::ids::UserId;
use crate::domain::member::{Member, MemberFilter};
use crate::domain::organization::{Organization, OrganizationFilter, OrganizationStatus};
use crate::error::OperatorError;
use crate::store;

pub async fn find(operator: &Operator, id_or_slug: &str) -> Result<OrganizationRecord, OperatorError> {
    let snapshot = operator.context.database.begin_snapshot().await?;
    let found = match Uuid::try_parse(id_or_slug) {
        Ok(id) => store::organizations::find(&snapshot, id.into()).await?,
        Err(_) => store::organizations::find_by_slug(&snapshot, id_or_slug).await?,
    };
    let view = store::owners::view(&snapshot, found.ok_or(OperatorError::NoSuchOrganization)?).await?;
    snapshot.commit().await?;
    Ok(view.into())
}

pub async fn list(
    operator: &Operator,
    which: &WhichOrganizations,
    before: Option<&OrganizationRecord>,
    limit: u64,
) -> Result<Vec<OrganizationRecord>, OperatorError> {
    let status = |is_suspended| if is_suspended { OrganizationStatus::Suspended } else { OrganizationStatus::Active };
    let filter = OrganizationFilter { search: which.search.clone(), status: which.is_suspended.map(status) };
    let after = before.map(|organization| (organization.created, organization.id.into()));
    let snapshot = operator.context.database.begin_snapshot().await?;
    let organizations = store::organization_lists::list(&snapshot, &filter, after, limit).await?;
    let views = store::owners::view_all(&snapshot, organizations).await?;
    snapshot.commit().await?;
    Ok(views.into_iter().map(Into::into).collect())
}

pub async fn members(
    operator: &Operator,
    organization: &OrganizationRecord,
    after: Option<&MemberRecord>,
    limit: u64,
) -> Result<Vec<MemberRecord>, OperatorError> {
    let after = after.map(|member| (member.joined, member.membership_id.into()));
    let (reader, everybody) = (operator.context.database.reader(), MemberFilter::default());
    let members = store::members::list(reader, organization.id.into(), &everybody, after, limit).await?;
    Ok(members.into_iter().map(Into::into).collect())
}

pub async fn roles(
    operator: &Operator,
    organization: &OrganizationRecord,
    after: Option<&RoleRecord>,
    limit: u64,
) -> Result<Vec<RoleRecord>, OperatorError> {
    let reader = operator.context.database.reader();
    let after = after.map(|role| role.code.as_str());
    let roles = store::roles::list(reader, organization.id.into(), after, limit).await?;
    Ok(roles.into_iter().map(Into::into).collect())
}

pub async fn memberships_of(
    operator: &Operator,
    user_id: UserId,
    after: Option<&MembershipRecord>,
    limit: u64,
) -> Result<Vec<MembershipRecord>, OperatorError> {
    let place = |last: &MembershipRecord| (last.is_personal, last.member.joined, last.member.membership_id.into());
    let reader = operator.context.database.reader();
    let memberships = store::memberships_of_user::list(reader, user_id, after.map(place), limit).await?;
    let record = |(member, organization): (Member, Organization)| MembershipRecord {
        organization_id: organization.id.uuid(),
        is_personal: organization.is_personal(),
        organization_name: organization.name,
        organization_slug: organization.slug,
        member: member.into(),
    };
    Ok(memberships.into_iter().map(record).collect())
}
