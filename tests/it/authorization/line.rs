//! The lines of the table: what the product's own documents list, and some of it asked in a second way.

use std::fmt;

use prost_reflect::MethodDescriptor;

use crate::harness::Api;
use crate::openapi::Route;
use crate::strangers_grpc::{FOR_SERVICES, is_among, path_of, rpcs};

/// Beginnings of the paths that are about organizations.
const ROUTES: [&str; 6] =
    ["/orgs/", "/me/orgs", "/admin/organizations", "/admin/permissions", "/admin/audit-log", "/billing/"];

/// Routes asked for more than what their usual line asks: the route, and what is asked.
const FURTHER: [(&str, &str); 11] = [
    ("PUT /orgs/{orgId}/members/{userId}/roles", "org_admin"),
    ("PUT /orgs/{orgId}/members/{userId}/roles", "org_owner"),
    ("PUT /orgs/{orgId}/members/{userId}/roles", "the owner's"),
    ("PUT /orgs/{orgId}/members/{userId}/status", "the owner's"),
    ("DELETE /orgs/{orgId}/members/{userId}", "the owner"),
    ("GET /orgs/{orgId}/members/{userId}/access", "one's own"),
    ("POST /orgs/{orgId}/invitations", "several"),
    ("POST /orgs/{orgId}/invitations", "an owner"),
    ("POST /orgs/{orgId}/invitations", "an admin"),
    ("POST /orgs/{orgId}/invite-links", "an admin"),
    ("DELETE /admin/organizations/{orgId}/members/{userId}", "the owner"),
];

/// One thing that a caller may or may not do.
pub struct Line {
    /// `PUT /orgs/{orgId}` or `OrganizationService/UpdateOrganization`; what is asked in brackets when it is further.
    pub name: String,
    pub target: Target,
}

pub enum Target {
    Route(Route),
    Rpc(MethodDescriptor),
}

impl Line {
    /// Every one, in the order of the table.
    pub async fn all(api: &Api) -> Vec<Self> {
        let mut lines = Vec::new();
        for route in Route::all(api).await.into_iter().filter(is_about_organizations) {
            let name = format!("{} {}", route.method, below_the_base(&route));
            for (_, what) in FURTHER.iter().filter(|(further, _)| *further == name) {
                lines.push(Self { name: format!("{name} ({what})"), target: Target::Route(route.clone()) });
            }
            lines.push(Self { name, target: Target::Route(route) });
        }
        lines.sort_by(|one, other| one.order().cmp(&other.order()));
        for method in rpcs().into_iter().filter(|method| method.parent_service().package_name() == PACKAGE) {
            let name = format!("{}/{}", method.parent_service().name(), method.name());
            lines.push(Self { name, target: Target::Rpc(method) });
        }
        lines
    }

    fn order(&self) -> (&str, &str) {
        let (method, path) = self.name.split_once(' ').unwrap_or_default();
        (path, method)
    }

    /// Whether it names an organization by id.
    pub fn is_about_an_organization(&self) -> bool {
        match &self.target {
            Target::Route(route) => route.is_of_an_organization(),
            Target::Rpc(method) => method.input().get_field_by_name("organization_id").is_some(),
        }
    }

    /// Whether it also names something inside that organization.
    pub fn is_of_something_inside(&self) -> bool {
        self.is_about_an_organization()
            && !self.is_for_services()
            && !self.name.ends_with(')')
            && match &self.target {
                Target::Route(route) => route.ids().len() > 1 || self.name.ends_with("/transfer-ownership"),
                Target::Rpc(method) => {
                    let has = |name| method.input().get_field_by_name(name).is_some();
                    has("user_id") || has("role_id") || has("new_owner_id")
                }
            }
    }

    /// Whether none of these callers may have it: they show no server API key, and there is one owner, who stays.
    pub fn is_for_nobody_here(&self) -> bool {
        self.is_for_services() || self.takes_server_key() || self.name.contains("(the owner")
    }

    /// Whether it is for programs with a server API key.
    fn takes_server_key(&self) -> bool {
        matches!(&self.target, Target::Route(route) if route.takes_server_key)
    }

    /// Whether only services of the deployment may call it.
    pub fn is_for_services(&self) -> bool {
        matches!(&self.target, Target::Rpc(method) if is_among(FOR_SERVICES, &path_of(method)))
    }

    /// Whether a platform role opens it.
    pub fn is_of_the_back_office(&self) -> bool {
        self.name.contains(" /admin/") || self.name.contains("AdministrationService/")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

const PACKAGE: &str = "guildhall.organizations.v1";

fn below_the_base(route: &Route) -> &str {
    route.path.strip_prefix("/api/v1").unwrap_or(&route.path)
}

fn is_about_organizations(route: &Route) -> bool {
    let path = below_the_base(route);
    ROUTES.iter().any(|start| path.starts_with(start)) || path.contains("{orgId}") || path.ends_with("/organizations")
}
