//! Who may make which call at all.

use service_kit::policy::Requirement;

/// The requirement of an RPC by its full path; `None` is denied.
pub fn requirement(rpc_path: &str) -> Option<Requirement> {
    Some(match rpc_path {
        "/guildhall.invitations.v1.AdmissionService/AdmitProven" => Requirement::Service,
        "/guildhall.invitations.v1.AdmissionService/RegisterInvitee"
        | "/guildhall.invitations.v1.InvitationService/PreviewInvitation"
        | "/guildhall.invitations.v1.InviteLinkService/PreviewInviteLink" => Requirement::Public,
        "/guildhall.invitations.v1.InvitationService/CreateInvitation"
        | "/guildhall.invitations.v1.InvitationService/CreateInvitations"
        | "/guildhall.invitations.v1.InvitationService/ResendInvitation"
        | "/guildhall.invitations.v1.InvitationService/ListInvitations"
        | "/guildhall.invitations.v1.InvitationService/RevokeInvitation"
        | "/guildhall.invitations.v1.InvitationService/ListMyInvitations"
        | "/guildhall.invitations.v1.InvitationService/ExportMyInvitations"
        | "/guildhall.invitations.v1.InvitationService/AcceptInvitation"
        | "/guildhall.invitations.v1.InvitationService/AcceptInvitationByToken"
        | "/guildhall.invitations.v1.InvitationService/DeclineInvitation"
        | "/guildhall.invitations.v1.InvitationService/DeclineInvitationByToken"
        | "/guildhall.invitations.v1.InviteLinkService/CreateInviteLink"
        | "/guildhall.invitations.v1.InviteLinkService/ListInviteLinks"
        | "/guildhall.invitations.v1.InviteLinkService/SetInviteLinkActive"
        | "/guildhall.invitations.v1.InviteLinkService/RevokeInviteLink"
        | "/guildhall.invitations.v1.InviteLinkService/JoinViaInviteLink" => Requirement::SignedIn,
        "/guildhall.invitations.v1.InvitationAuditService/ListOrganizationAuditLog"
        | "/guildhall.invitations.v1.InvitationAuditService/ListMyActions" => Requirement::SignedIn,
        "/guildhall.invitations.v1.InvitationAuditAdministrationService/ListAuditLog" => Requirement::BackOffice,
        _ => return None,
    })
}
