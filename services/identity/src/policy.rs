//! Who may make which call.

use service_kit::policy::Requirement;

/// The requirement of each RPC; `None` means that there is no such RPC, which denies it.
pub fn requirement(rpc_path: &str) -> Option<Requirement> {
    use Requirement::{BackOffice, Public, Service, ServiceOrServerKey, SignedIn};
    Some(match rpc_path {
        "/guildhall.identity.v1.AuthenticationService/Register"
        | "/guildhall.identity.v1.AuthenticationService/Login"
        | "/guildhall.identity.v1.AuthenticationService/Refresh"
        | "/guildhall.identity.v1.AuthenticationService/Logout"
        | "/guildhall.identity.v1.AccountService/VerifyEmail"
        | "/guildhall.identity.v1.AccountService/ResendVerification"
        | "/guildhall.identity.v1.AccountService/ConfirmEmailChange"
        | "/guildhall.identity.v1.PasswordService/RequestPasswordReset"
        | "/guildhall.identity.v1.PasswordService/ResetPassword"
        | "/guildhall.identity.v1.KeyService/ListSigningKeys" => Public,

        "/guildhall.identity.v1.AuthenticationService/SwitchOrganization"
        | "/guildhall.identity.v1.AuthenticationService/IssueToken"
        | "/guildhall.identity.v1.AuthenticationService/LogoutAll"
        | "/guildhall.identity.v1.AccountService/GetMe"
        | "/guildhall.identity.v1.AccountService/UpdateMe"
        | "/guildhall.identity.v1.AccountService/ExportMe"
        | "/guildhall.identity.v1.AccountService/RequestEmailChange"
        | "/guildhall.identity.v1.PasswordService/ChangePassword"
        | "/guildhall.identity.v1.SessionService/ListSessions"
        | "/guildhall.identity.v1.SessionService/EndSession"
        | "/guildhall.identity.v1.AccountService/DeleteAccount" => SignedIn,

        "/guildhall.identity.v1.UserAdministrationService/ListUsers"
        | "/guildhall.identity.v1.UserAdministrationService/GetUser"
        | "/guildhall.identity.v1.UserAdministrationService/SuspendUser"
        | "/guildhall.identity.v1.UserAdministrationService/ReactivateUser"
        | "/guildhall.identity.v1.UserAdministrationService/RevokeUserSessions"
        | "/guildhall.identity.v1.UserAdministrationService/SetUserRoles"
        | "/guildhall.identity.v1.UserAdministrationService/ListAuditLog" => BackOffice,

        "/guildhall.identity.v1.UserService/GetUsers" => Service,
        "/guildhall.identity.v1.RevocationService/Watch" => ServiceOrServerKey,
        _ => return None,
    })
}
