//! Which kind of caller each call is for.

use service_kit::policy::Requirement;

/// The requirement of an RPC by its path; an RPC that is not listed is open to nobody.
pub fn requirement(rpc_path: &str) -> Option<Requirement> {
    let (service, method) = rpc_path.strip_prefix("/guildhall.organizations.v1.")?.split_once('/')?;
    match (service, method) {
        (
            "OrganizationService",
            "CreateOrganization"
            | "GetOrganization"
            | "UpdateOrganization"
            | "DeleteOrganization"
            | "TransferOwnership"
            | "ListMyOrganizations",
        )
        | (
            "MembershipService",
            "ListMembers" | "SetMemberRole" | "SetMemberRoles" | "SetMemberStatus" | "RemoveMember"
            | "LeaveOrganization" | "ExplainAccess",
        )
        | (
            "RoleService",
            "ListRoles" | "GetRole" | "CreateRole" | "UpdateRole" | "DeleteRole" | "ListAssignablePermissions",
        )
        | ("AuditService", "ListOrganizationAuditLog") => Some(Requirement::SignedIn),
        (
            "OrganizationAdministrationService",
            "ListOrganizations"
            | "GetAnyOrganization"
            | "CreateOrganizationFor"
            | "UpdateAnyOrganization"
            | "SuspendOrganization"
            | "ReactivateOrganization"
            | "DeleteAnyOrganization"
            | "ListAuditLog",
        )
        | (
            "MembershipAdministrationService",
            "ListUserOrganizations"
            | "ListAnyMembers"
            | "AddExistingUser"
            | "SetAnyMemberStatus"
            | "SetAnyMemberRoles"
            | "RemoveAnyMember",
        )
        | ("PermissionAdministrationService", "RegisterPermissions") => Some(Requirement::BackOffice),
        (
            "AccessService",
            "EnsurePersonalOrganization"
            | "GetAccess"
            | "Authorize"
            | "OpenOffer"
            | "CloseOffer"
            | "AddMember"
            | "DepartUser"
            | "RecordProfile",
        ) => Some(Requirement::Service),
        _ => None,
    }
}
