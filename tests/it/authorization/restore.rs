//! Making good what an allowed request has done.

use serde_json::json;

use super::cast::{Cast, INSIDE};
use super::line::Line;

/// Puts everything that the next request needs back in its place.
pub async fn after(cast: &mut Cast, line: &Line, caller: &str) {
    let owner = cast.person("owner").clone();
    let of_subject = cast.team.path(&format!("/members/{}", cast.subject.user_id));
    match line.name.as_str() {
        "DELETE /me/orgs/{orgId}" | "MembershipService/LeaveOrganization" => cast.take_place(caller).await,
        "POST /orgs/{orgId}/transfer-ownership" | "OrganizationService/TransferOwnership" => {
            let back = json!({ "new_owner_id": owner.user_id });
            cast.subject.post(&cast.team.path("/transfer-ownership"), back).await.expect(200);
            cast.act("owner").await;
        }
        "DELETE /orgs/{orgId}/members/{userId}"
        | "DELETE /admin/organizations/{orgId}/members/{userId}"
        | "MembershipService/RemoveMember"
        | "MembershipAdministrationService/RemoveAnyMember" => cast.come_in(&cast.subject).await,
        "PUT /orgs/{orgId}/members/{userId}/status"
        | "PUT /admin/organizations/{orgId}/members/{userId}/status"
        | "MembershipService/SetMemberStatus"
        | "MembershipAdministrationService/SetAnyMemberStatus" => {
            owner.put(&format!("{of_subject}/status"), json!({ "status": "active" })).await.expect(200);
        }
        "PUT /orgs/{orgId}/members/{userId}/role"
        | "PUT /orgs/{orgId}/members/{userId}/roles (org_admin)"
        | "PUT /orgs/{orgId}/members/{userId}/roles (org_owner)"
        | "MembershipService/SetMemberRole" => {
            owner.put(&format!("{of_subject}/roles"), json!({ "role_codes": ["org_member"] })).await.expect(200);
        }
        "POST /admin/organizations/{orgId}/members" | "MembershipAdministrationService/AddExistingUser" => {
            let newcomer = cast.team.path(&format!("/members/{}", cast.newcomer.user_id));
            owner.delete(&newcomer).await.expect(204);
        }
        "DELETE /orgs/{orgId}/roles/{roleId}" | "RoleService/DeleteRole" => cast.house.renew_role(&owner).await,
        "POST /admin/organizations/{orgId}/subscription" => {
            let path = format!("/admin{}", cast.team.path("/subscription").replace("/orgs/", "/organizations/"));
            cast.person(caller).post(&path, json!({ "action": "cancel" })).await.expect(200);
            // Tokens that tell of the plan say too much.
            for name in INSIDE.into_iter().filter(|name| *name != "suspended") {
                cast.act(name).await;
            }
        }
        "PUT /orgs/{orgId}/invite-links/{id}" => {
            let link = cast.team.path(&format!("/invite-links/{}", cast.house.link));
            owner.put(&link, json!({ "is_active": false })).await.expect(200);
        }
        "DELETE /orgs/{orgId}/invitations/{id}" => cast.house.renew_invitation(&owner).await,
        "DELETE /orgs/{orgId}/invite-links/{id}" => cast.house.renew_link(&owner).await,
        _ => {}
    }
}
