//! How many bytes entries of lists take in an answer.

use contracts::organizations::v1 as proto;
use prost::Message;

use crate::domain::member::Member;
use crate::domain::organization::OrganizationView;
use crate::domain::permission::Catalog;
use crate::domain::role::Role;
use crate::use_cases::list_organizations_of::MyOrganization;
use crate::wire::{answers, roles};

/// With all that the member's roles hold.
pub fn size_of_member(member: &Member, catalog: &Catalog) -> usize {
    answers::member(member, catalog).encoded_len()
}

/// With all that its roles hold.
pub fn size_of_my_organization(entry: &MyOrganization, catalog: &Catalog) -> usize {
    answers::my_organization(entry, catalog).encoded_len()
}

/// With all that it holds.
pub fn size_of_role(role: &Role, catalog: &Catalog) -> usize {
    roles::message(role, catalog).encoded_len()
}

/// With its profile.
pub fn size_of_organization(view: &OrganizationView) -> usize {
    proto::Organization::from(view.clone()).encoded_len()
}
