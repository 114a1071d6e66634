//! Facts of a world, written as the service would have written them.

use std::ops::Range;

use service_kit::WriteTransaction;
use uuid::Uuid;

use crate::failure::Failure;
use crate::ids::{BEGINNING, Kind, id, user};
use crate::table::{MEMBER_ROLES, MEMBERSHIPS, ORGANIZATIONS, USERS};

/// Codes of the two roles that matter here.
pub const OWNER: &str = "org_owner";
pub const MEMBER: &str = "org_member";

/// One user in one organization.
#[derive(Clone, Copy)]
pub struct Membership {
    pub organization_id: Uuid,
    pub user_id: Uuid,
    /// Also the number of the membership's own id, so it is another one for every membership.
    pub number: u64,
    pub role_code: &'static str,
}

/// The instant of the act with this number.
fn instant(number: u64) -> i64 {
    BEGINNING + i64::try_from(number).unwrap_or_default()
}

/// The id of the organization with this number.
pub fn organization(number: u64) -> Uuid {
    id(Kind::Organization, number, instant(number))
}

pub async fn users(transaction: &WriteTransaction, numbers: Range<u64>) -> Result<(), Failure> {
    let rows = numbers.map(|number| {
        let name = format!("Somebody {number}");
        vec![
            user(number).into(),
            format!("somebody-{number}@example.com").into(),
            name.into(),
            1_i64.into(),
            true.into(),
        ]
    });
    USERS.insert(transaction, rows).await
}

/// Organizations, each with the user whose personal one it is, if it is one.
pub async fn organizations(
    transaction: &WriteTransaction,
    organizations: impl Iterator<Item = (u64, Option<Uuid>)>,
) -> Result<(), Failure> {
    let rows = organizations.map(|(number, personal_user_id)| {
        vec![
            organization(number).into(),
            format!("Organization {number}").into(),
            format!("organization-{number}").into(),
            personal_user_id.is_some().into(),
            personal_user_id.into(),
            false.into(),
            r#"{"texts":{},"metadata":null}"#.into(),
            instant(number).into(),
            instant(number).into(),
        ]
    });
    ORGANIZATIONS.insert(transaction, rows).await
}

pub async fn memberships<All>(transaction: &WriteTransaction, memberships: All) -> Result<(), Failure>
where
    All: Iterator<Item = Membership> + Clone,
{
    let rows = memberships.clone().map(|member| {
        let membership_id = id(Kind::Membership, member.number, instant(member.number));
        vec![
            member.organization_id.into(),
            member.user_id.into(),
            membership_id.into(),
            false.into(),
            instant(member.number).into(),
        ]
    });
    MEMBERSHIPS.insert(transaction, rows).await?;
    let roles = memberships.map(|member| {
        vec![
            member.organization_id.into(),
            member.user_id.into(),
            member.role_code.into(),
            instant(member.number).into(),
        ]
    });
    MEMBER_ROLES.insert(transaction, roles).await
}
