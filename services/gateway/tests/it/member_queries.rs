//! Which members are listed, and why one may do something.

use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::{AccessObstacle, MemberStatus};
use http::HeaderMap;
use serde_json::json;

use crate::api::{Api, ORGANIZATION, USER};

const EXPLAIN: &str = "organizations.v1.MembershipService/ExplainAccess";

fn access(query: &str) -> String {
    format!("/api/v1/orgs/{ORGANIZATION}/members/{USER}/access{query}")
}

#[tokio::test]
async fn members_are_listed_by_the_filters_given() {
    let api = Api::start().await;
    let path = format!("/api/v1/orgs/{ORGANIZATION}/members");
    let rpc = "organizations.v1.MembershipService/ListMembers";
    api.stub.answers(rpc, organizations::ListMembersResponse::default());

    api.get(&format!("{path}?search=Zo%C3%AB&role=seller&status=suspended&page_size=7&page_token=t")).await;

    let (_, asked): (HeaderMap, organizations::ListMembersRequest) = api.stub.last(rpc);
    let filter = asked.filter.unwrap();
    assert_eq!((filter.search.as_str(), filter.role_code.as_str()), ("Zoë", "seller"));
    assert_eq!(filter.status(), MemberStatus::Suspended);
    assert_eq!((asked.page_size, asked.page_token.as_str()), (7, "t"));
    api.get(&path).await;
    let (_, asked): (HeaderMap, organizations::ListMembersRequest) = api.stub.last(rpc);
    assert_eq!(asked.filter.unwrap_or_default(), organizations::MemberFilter::default());
}

#[tokio::test]
async fn access_is_explained_with_its_grounds() {
    let api = Api::start().await;
    let ground = organizations::AccessGround {
        role_code: "org_manager".to_owned(),
        permission: "org:members:invite".to_owned(),
    };
    let allowed = organizations::ExplainAccessResponse { allowed: true, via: vec![ground.clone()], missing: None };
    api.stub.answers(EXPLAIN, allowed);

    let answer = api.get(&access("?permission=org:members:invite")).await;

    let via = json!([{ "role": "org_manager", "permission": "org:members:invite" }]);
    assert_eq!((answer.status, answer.json()), (200, json!({ "allowed": true, "via": via })));
    let (_, asked): (HeaderMap, organizations::ExplainAccessRequest) = api.stub.last(EXPLAIN);
    assert_eq!((asked.organization_id, asked.user_id), (ORGANIZATION.to_string(), USER.to_string()));
    assert_eq!(asked.permission, "org:members:invite");
    let obstacles = [
        (AccessObstacle::Permission, "permission"),
        (AccessObstacle::MembershipSuspended, "membership_suspended"),
        (AccessObstacle::UserSuspended, "user_suspended"),
        (AccessObstacle::OrganizationSuspended, "organization_suspended"),
    ];
    for (missing, word) in obstacles {
        let refused = organizations::ExplainAccessResponse {
            allowed: false,
            via: vec![ground.clone()],
            missing: Some(missing.into()),
        };
        api.stub.answers(EXPLAIN, refused);
        let answer = api.get(&access("?permission=org:members:invite")).await;
        assert_eq!(answer.json(), json!({ "allowed": false, "via": via, "missing": word }));
    }
}

#[tokio::test]
async fn a_question_about_no_permission_or_two_is_refused() {
    let api = Api::start().await;
    let answer = api.get(&access("")).await;
    assert_eq!(answer.violation(), ("permission".to_owned(), "is required".to_owned()));
    let answer = api.get(&access("?permission=a:b&permission=c:d")).await;
    assert_eq!(answer.violation(), ("permission".to_owned(), "must be given once".to_owned()));
    assert_eq!(api.stub.calls(), 0);
}
