//! What identity hears of the way that a call came in.

use contracts::identity::v1 as identity;
use http::HeaderMap;
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, ORGANIZATION, send};
use crate::cookies::{ACCESS, REFRESH, plan_sign_ins};
use crate::samples::{instant, tokens};

async fn signing_in() -> Api {
    let api = Api::start().await;
    plan_sign_ins(&api, &tokens());
    api
}

fn from_our_page(api: &Api, path: &str) -> reqwest::RequestBuilder {
    api.request(Method::POST, path).header("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn identity_hears_where_a_session_is_to_be_kept() {
    let api = signing_in().await;
    for in_cookies in [true, false] {
        let mut body = json!({ "email": "alice@example.com", "password": "p" });
        if in_cookies {
            body["session"] = json!("cookie");
        }
        for path in ["/api/v1/auth/login", "/api/v1/auth/register"] {
            assert!(send(from_our_page(&api, path).json(&body)).await.status < 300);
        }
        let (_, login): (HeaderMap, identity::LoginRequest) = api.stub.last("identity.v1.AuthenticationService/Login");
        let (_, registered): (HeaderMap, identity::RegisterRequest) =
            api.stub.last("identity.v1.AuthenticationService/Register");
        assert_eq!((login.in_cookies, registered.in_cookies), (in_cookies, in_cookies));
    }
}

#[tokio::test]
async fn identity_hears_the_refresh_token_of_a_caller_by_cookie_alone() {
    let api = signing_in().await;
    let issued =
        identity::IssueTokenResponse { access_token: "access".to_owned(), expires_in: 300, expires_at: instant() };
    api.stub.answers("identity.v1.AuthenticationService/IssueToken", issued);
    let body = json!({ "organization_id": ORGANIZATION });
    let access = format!("{ACCESS}={}", api.token());
    let both = format!("{access}; {REFRESH}=kept");
    for (cookies, bearer, heard) in
        [(&both, false, Some("kept")), (&access, false, Some("")), (&both, true, None), (&access, true, None)]
    {
        for path in ["/api/v1/auth/switch-org", "/api/v1/auth/token"] {
            let request = from_our_page(&api, path).header("cookie", cookies);
            let request = if bearer { request.bearer_auth(api.token()) } else { request };
            assert_eq!(send(request.json(&body)).await.status, 200);
        }
        let (_, switched): (HeaderMap, identity::SwitchOrganizationRequest) =
            api.stub.last("identity.v1.AuthenticationService/SwitchOrganization");
        let (_, issued): (HeaderMap, identity::IssueTokenRequest) =
            api.stub.last("identity.v1.AuthenticationService/IssueToken");
        assert_eq!(switched.cookie_refresh_token.as_deref(), heard);
        assert_eq!(issued.cookie_refresh_token.as_deref(), heard);
    }
}

#[tokio::test]
async fn a_doubled_refresh_cookie_proves_nothing() {
    let api = signing_in().await;
    for path in ["/api/v1/auth/switch-org", "/api/v1/auth/token"] {
        let cookies = format!("{ACCESS}={}; {REFRESH}=kept; {REFRESH}=kept", api.token());
        let request = from_our_page(&api, path).header("cookie", cookies);
        let answer = send(request.json(&json!({ "organization_id": ORGANIZATION }))).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "TOKEN_INVALID"), "{}", answer.text);
    }
    assert_eq!(api.stub.calls(), 0);
}
