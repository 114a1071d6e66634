use service_kit::policy::Requirement;

#[test]
fn an_unknown_call_is_open_to_nobody() {
    assert_eq!(invitations::requirement("/guildhall.invitations.v1.InvitationService/StealInvitation"), None);
    assert_eq!(invitations::requirement("/"), None);
}

#[test]
fn only_previews_and_sign_ups_are_public() {
    let calls = [
        ("InvitationService/CreateInvitation", Requirement::SignedIn),
        ("InvitationService/CreateInvitations", Requirement::SignedIn),
        ("InvitationService/ResendInvitation", Requirement::SignedIn),
        ("InvitationService/ListInvitations", Requirement::SignedIn),
        ("InvitationService/RevokeInvitation", Requirement::SignedIn),
        ("InvitationService/ListMyInvitations", Requirement::SignedIn),
        ("InvitationService/ExportMyInvitations", Requirement::SignedIn),
        ("InvitationService/AcceptInvitation", Requirement::SignedIn),
        ("InvitationService/AcceptInvitationByToken", Requirement::SignedIn),
        ("InvitationService/DeclineInvitation", Requirement::SignedIn),
        ("InvitationService/DeclineInvitationByToken", Requirement::SignedIn),
        ("InvitationService/PreviewInvitation", Requirement::Public),
        ("AdmissionService/RegisterInvitee", Requirement::Public),
        ("AdmissionService/AdmitProven", Requirement::Service),
        ("InvitationAuditService/ListOrganizationAuditLog", Requirement::SignedIn),
        ("InvitationAuditService/ListMyActions", Requirement::SignedIn),
        ("InvitationAuditAdministrationService/ListAuditLog", Requirement::BackOffice),
        ("InviteLinkService/CreateInviteLink", Requirement::SignedIn),
        ("InviteLinkService/ListInviteLinks", Requirement::SignedIn),
        ("InviteLinkService/SetInviteLinkActive", Requirement::SignedIn),
        ("InviteLinkService/RevokeInviteLink", Requirement::SignedIn),
        ("InviteLinkService/JoinViaInviteLink", Requirement::SignedIn),
        ("InviteLinkService/PreviewInviteLink", Requirement::Public),
    ];
    for (call, requirement) in calls {
        let path = format!("/guildhall.invitations.v1.{call}");
        assert_eq!(invitations::requirement(&path), Some(requirement), "{call}");
    }
}
