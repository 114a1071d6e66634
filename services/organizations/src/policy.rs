//! Which kind of caller each call is for.

use service_kit::policy::Requirement;

/// The requirement of an RPC by its path; an RPC that is not listed is open to nobody.
pub fn requirement(rpc_path: &str) -> Option<Requirement> {
    match rpc_path {
        "/guildhall.organizations.v1.OrganizationService/CreateOrganization"
        | "/guildhall.organizations.v1.OrganizationService/GetOrganization"
        | "/guildhall.organizations.v1.OrganizationService/UpdateOrganization"
        | "/guildhall.organizations.v1.OrganizationService/DeleteOrganization"
        | "/guildhall.organizations.v1.OrganizationService/TransferOwnership"
        | "/guildhall.organizations.v1.OrganizationService/ListMyOrganizations"
        | "/guildhall.organizations.v1.MembershipService/ListMembers"
        | "/guildhall.organizations.v1.MembershipService/SetMemberRole"
        | "/guildhall.organizations.v1.MembershipService/SetMemberRoles"
        | "/guildhall.organizations.v1.MembershipService/SetMemberStatus"
        | "/guildhall.organizations.v1.MembershipService/RemoveMember"
        | "/guildhall.organizations.v1.MembershipService/LeaveOrganization"
        | "/guildhall.organizations.v1.MembershipService/ExplainAccess"
        | "/guildhall.organizations.v1.RoleService/ListRoles"
        | "/guildhall.organizations.v1.RoleService/GetRole"
        | "/guildhall.organizations.v1.RoleService/CreateRole"
        | "/guildhall.organizations.v1.RoleService/UpdateRole"
        | "/guildhall.organizations.v1.RoleService/DeleteRole"
        | "/guildhall.organizations.v1.RoleService/ListAssignablePermissions"
        | "/guildhall.organizations.v1.AuditService/ListOrganizationAuditLog"
        | "/guildhall.organizations.v1.AuditService/ListMyActions" => Some(Requirement::SignedIn),
        "/guildhall.organizations.v1.OrganizationAdministrationService/ListOrganizations"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/GetAnyOrganization"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/CreateOrganizationFor"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/UpdateAnyOrganization"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/SuspendOrganization"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/ReactivateOrganization"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/DeleteAnyOrganization"
        | "/guildhall.organizations.v1.OrganizationAdministrationService/ListAuditLog"
        | "/guildhall.organizations.v1.MembershipAdministrationService/ListUserOrganizations"
        | "/guildhall.organizations.v1.MembershipAdministrationService/ListAnyMembers"
        | "/guildhall.organizations.v1.MembershipAdministrationService/AddExistingUser"
        | "/guildhall.organizations.v1.MembershipAdministrationService/SetAnyMemberStatus"
        | "/guildhall.organizations.v1.MembershipAdministrationService/SetAnyMemberRoles"
        | "/guildhall.organizations.v1.MembershipAdministrationService/RemoveAnyMember"
        | "/guildhall.organizations.v1.PermissionAdministrationService/RegisterPermissions" => {
            Some(Requirement::BackOffice)
        }
        "/guildhall.organizations.v1.OrganizationChangeService/WatchOrganizationChanges"
        | "/guildhall.organizations.v1.AccessService/EnsurePersonalOrganization"
        | "/guildhall.organizations.v1.AccessService/LookUpOrganization"
        | "/guildhall.organizations.v1.AccessService/GetAccess"
        | "/guildhall.organizations.v1.AccessService/Authorize"
        | "/guildhall.organizations.v1.AccessService/AuthorizeBackOffice"
        | "/guildhall.organizations.v1.AccessService/OpenOffer"
        | "/guildhall.organizations.v1.AccessService/CloseOffer"
        | "/guildhall.organizations.v1.AccessService/CheckOffer"
        | "/guildhall.organizations.v1.AccessService/AddMember"
        | "/guildhall.organizations.v1.AccessService/CallOffJoin"
        | "/guildhall.organizations.v1.AccessService/DepartUser"
        | "/guildhall.organizations.v1.AccessService/RecordProfile"
        | "/guildhall.organizations.v1.AccessService/ListEndedOrganizations" => Some(Requirement::Service),
        _ => None,
    }
}
