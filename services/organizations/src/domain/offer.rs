//! Whether an offer of membership still stands on what it rested on when it was made.

use access_policy::Permission;

use crate::domain::acting::Somebody;
use crate::domain::denial::Denial;
use crate::domain::member::Member;
use crate::domain::organization::{Organization, OrganizationStatus};
use crate::domain::role_book::RoleBook;
use crate::domain::roles::{RoleGrant, Roles};

/// The roles that the grant gives, if whoever offered it may still offer it.
pub fn offered(
    organization: &Organization,
    granter: Option<Member>,
    grant: &RoleGrant,
    book: &RoleBook,
) -> Result<Roles, Denial> {
    if organization.status == OrganizationStatus::Suspended {
        return Err(Denial::OrganizationSuspended);
    }
    let roles = Roles::granted(grant, book)?;
    let may_offer = Somebody::User(granter).acting(organization).and_then(|granter| {
        granter.require(Permission::MembersInvite)?;
        granter.require_reach_over(&roles)
    });
    may_offer.map_err(|denial| Denial::OfferWithdrawn(denial.into()))?;
    Ok(roles)
}
