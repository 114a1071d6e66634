//! The back office's routes about members.

use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::MemberStatus;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use crate::api::{Api, ORGANIZATION, USER};
use crate::samples::{member, member_json};

const SERVICE: &str = "organizations.v1.MembershipAdministrationService";

fn members() -> String {
    format!("/api/v1/admin/organizations/{ORGANIZATION}/members")
}

fn one_member(rest: &str) -> String {
    format!("{}/{USER}{rest}", members())
}

#[tokio::test]
async fn members_of_any_organization_are_listed_by_the_filters_given() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/ListAnyMembers");
    let page = organizations::ListAnyMembersResponse { members: vec![member()], next_page_token: "n".to_owned() };
    api.stub.answers(&rpc, page);

    let answer = api.get(&format!("{}?search=a&role=seller&status=active&page_size=7&page_token=t", members())).await;

    assert_eq!((answer.status, answer.json()), (200, json!({ "members": [member_json()], "next_page_token": "n" })));
    let (_, asked): (HeaderMap, organizations::ListAnyMembersRequest) = api.stub.last(&rpc);
    let filter = asked.filter.unwrap();
    assert_eq!((filter.search.as_str(), filter.role_code.as_str()), ("a", "seller"));
    assert_eq!((filter.status(), asked.organization_id), (MemberStatus::Active, ORGANIZATION.to_string()));
    assert_eq!((asked.page_size, asked.page_token.as_str()), (7, "t"));
}

#[tokio::test]
async fn an_existing_user_is_brought_in() {
    let api = Api::start().await;
    let rpc = format!("{SERVICE}/AddExistingUser");
    api.stub.answers(&rpc, organizations::AddExistingUserResponse { member: Some(member()) });

    let answer = api.post(&members(), &json!({ "user_id": USER, "role_ids": [ORGANIZATION] })).await;

    assert_eq!((answer.status, answer.json()), (201, member_json()));
    let (_, asked): (HeaderMap, organizations::AddExistingUserRequest) = api.stub.last(&rpc);
    assert_eq!((asked.organization_id, asked.user_id), (ORGANIZATION.to_string(), USER.to_string()));
    assert_eq!(asked.role_ids, [ORGANIZATION.to_string()]);
    api.post(&members(), &json!({ "user_id": USER })).await;
    let (_, asked): (HeaderMap, organizations::AddExistingUserRequest) = api.stub.last(&rpc);
    assert!(asked.role_ids.is_empty());
    api.stub.refuses(&rpc, Refusal::new(ErrorReason::AlreadyAMember, "The user is a member already."));
    let refused = api.post(&members(), &json!({ "user_id": USER })).await;
    assert_eq!((refused.status, refused.code().as_str()), (409, "ALREADY_A_MEMBER"));
}

#[tokio::test]
async fn status_and_roles_are_set_and_a_membership_ends() {
    let api = Api::start().await;
    let status = organizations::SetAnyMemberStatusResponse { member: Some(member()), position: 1 };
    api.stub.answers(&format!("{SERVICE}/SetAnyMemberStatus"), status);
    let roles = organizations::SetAnyMemberRolesResponse { member: Some(member()), position: 2 };
    api.stub.answers(&format!("{SERVICE}/SetAnyMemberRoles"), roles);
    let removed = organizations::RemoveAnyMemberResponse { position: 3 };
    api.stub.answers(&format!("{SERVICE}/RemoveAnyMember"), removed);

    let status = api.call(Method::PUT, &one_member("/status"), &json!({ "status": "suspended" })).await;
    let roles = api.call(Method::PUT, &one_member("/roles"), &json!({ "role_codes": ["seller"] })).await;
    let removed = api.call(Method::DELETE, &one_member(""), &json!({})).await;

    for (answer, position) in [(status, "o:1"), (roles, "o:2")] {
        assert_eq!((answer.status, answer.json()), (200, member_json()));
        assert_eq!(answer.headers["guildhall-position"], position);
    }
    assert_eq!((removed.status, &removed.headers["guildhall-position"]), (204, &"o:3".parse().unwrap()));
    let place = (ORGANIZATION.to_string(), USER.to_string());
    let (_, asked): (HeaderMap, organizations::SetAnyMemberStatusRequest) =
        api.stub.last(&format!("{SERVICE}/SetAnyMemberStatus"));
    assert_eq!(asked.status(), MemberStatus::Suspended);
    assert_eq!((asked.organization_id, asked.user_id), place);
    let (_, asked): (HeaderMap, organizations::SetAnyMemberRolesRequest) =
        api.stub.last(&format!("{SERVICE}/SetAnyMemberRoles"));
    assert_eq!(asked.role_codes, ["seller"]);
    assert_eq!((asked.organization_id, asked.user_id), place);
    let (_, asked): (HeaderMap, organizations::RemoveAnyMemberRequest) =
        api.stub.last(&format!("{SERVICE}/RemoveAnyMember"));
    assert_eq!((asked.organization_id, asked.user_id), place);
    let refused = api.call(Method::PUT, &one_member("/status"), &json!({ "status": "gone" })).await;
    assert_eq!(refused.violation().0, "status");
}
