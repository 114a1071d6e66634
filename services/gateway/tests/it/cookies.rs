//! Sessions that a browser keeps in cookies.

use contracts::identity::v1 as identity;
use http::HeaderMap;
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::{ErrorReason, Refusal};

use crate::api::{Answer, Api, ORGANIZATION, USER, send};
use crate::samples::{INSTANT, access, organization_json, tokens, user, user_json};

pub const ACCESS: &str = "__Host-guildhall_access";
pub const REFRESH: &str = "__Secure-guildhall_refresh";
const DEVICE: &str = "__Secure-guildhall_device";
const SIGNED_IN: &str = "__Host-guildhall_signed_in";

/// Whatever signs in, signs in.
pub fn plan_sign_ins(api: &Api, tokens: &identity::Tokens) {
    let (user, access, tokens) = (Some(user()), Some(access()), Some(tokens.clone()));
    let device_token = "device".to_owned();
    let login = identity::LoginResponse {
        user: user.clone(),
        access: access.clone(),
        tokens: tokens.clone(),
        device_token: device_token.clone(),
    };
    api.stub.answers("identity.v1.AuthenticationService/Login", login);
    let refresh = identity::RefreshResponse { user: user.clone(), access: access.clone(), tokens: tokens.clone() };
    api.stub.answers("identity.v1.AuthenticationService/Refresh", refresh);
    let switched = identity::SwitchOrganizationResponse { tokens: tokens.clone(), access: access.clone() };
    api.stub.answers("identity.v1.AuthenticationService/SwitchOrganization", switched);
    let registered = identity::RegisterResponse {
        user,
        access,
        tokens,
        verification_email_sent: true,
        device_token,
        user_id: USER.to_string(),
    };
    api.stub.answers("identity.v1.AuthenticationService/Register", registered);
    api.stub.answers("identity.v1.AuthenticationService/Logout", identity::LogoutResponse { position: 3 });
    api.stub.answers("identity.v1.AuthenticationService/LogoutAll", identity::LogoutAllResponse { position: 4 });
}

async fn signing_in() -> Api {
    let api = Api::start().await;
    plan_sign_ins(&api, &tokens());
    api
}

fn set_cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
}

fn from_our_page(api: &Api, method: Method, path: &str) -> reqwest::RequestBuilder {
    api.request(method, path).header("sec-fetch-site", "same-origin")
}

async fn sign_in(api: &Api, path: &str) -> Answer {
    let body = json!({ "email": "alice@example.com", "password": "p", "session": "cookie" });
    send(from_our_page(api, Method::POST, path).json(&body)).await
}

/// What takes the cookies of a session back.
fn assert_cleared(answer: &Answer) {
    let expected = [
        format!("{ACCESS}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"),
        format!("{REFRESH}=; Path=/api/v1/auth; Max-Age=0; HttpOnly; Secure; SameSite=Lax"),
        format!("{SIGNED_IN}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"),
    ];
    assert_eq!(set_cookies(answer), expected);
}

/// What gives the cookies of a session, but for the first until the browser closes.
fn assert_given(answer: &Answer) {
    let expected = [
        format!("{ACCESS}=access; Path=/; Max-Age=300; HttpOnly; Secure; SameSite=Lax"),
        format!("{REFRESH}=refresh; Path=/api/v1/auth; HttpOnly; Secure; SameSite=Lax"),
        format!("{SIGNED_IN}=1; Path=/; HttpOnly; Secure; SameSite=Lax"),
    ];
    assert_eq!(set_cookies(answer)[..3], expected);
    assert!(!answer.text.contains("access_token") && !answer.text.contains("refresh"), "{}", answer.text);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_sign_in_with_cookies_hides_the_tokens_and_tells_their_end() {
    let api = signing_in().await;
    let login = sign_in(&api, "/api/v1/auth/login").await;
    assert_given(&login);
    let expected = json!({
        "user": user_json(), "organization": organization_json(), "roles": ["org_owner"], "permissions": ["org:read"],
        "expires_in": 300, "expires_at": INSTANT,
    });
    assert_eq!((login.status, login.json()), (200, expected));

    let registered = sign_in(&api, "/api/v1/auth/register").await;
    assert_given(&registered);
    let expected = json!({
        "user": user_json(), "organization": organization_json(), "verification_email_sent": true,
        "expires_in": 300, "expires_at": INSTANT,
    });
    assert_eq!((registered.status, registered.json()), (201, expected));
}

#[tokio::test]
async fn a_device_is_known_by_a_cookie_or_by_a_token_that_the_client_keeps() {
    let api = signing_in().await;
    for path in ["/api/v1/auth/login", "/api/v1/auth/register"] {
        let answer = sign_in(&api, path).await;
        let device = format!("{DEVICE}=device; Path=/api/v1/auth; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax");
        assert_eq!(set_cookies(&answer)[3], device);
        assert!(!answer.text.contains("device"), "{}", answer.text);
    }
    let body = json!({ "email": "alice@example.com", "password": "p", "session": "cookie" });
    let presented = async |cookies: &str, body: &Value| {
        let request = from_our_page(&api, Method::POST, "/api/v1/auth/login").header("cookie", cookies);
        assert_eq!(send(request.json(body)).await.status, 200);
        let (_, login): (HeaderMap, identity::LoginRequest) = api.stub.last("identity.v1.AuthenticationService/Login");
        login.device_token
    };
    assert_eq!(presented(&format!("{DEVICE}=known"), &body).await, "known");
    assert_eq!(presented("other=1", &body).await, "");
    assert_eq!(presented(&format!("{DEVICE}=one; {DEVICE}=two"), &body).await, "", "it is no credential");
    let own = json!({ "email": "alice@example.com", "password": "p", "device_token": "own" });
    assert_eq!(presented(&format!("{DEVICE}=known"), &own).await, "own");
}

#[tokio::test]
async fn a_changed_password_goes_on_in_new_cookies() {
    let api = Api::start().await;
    let device_token = "device".to_owned();
    let changed = identity::ChangePasswordResponse { tokens: Some(tokens()), position: 4, device_token };
    api.stub.answers("identity.v1.PasswordService/ChangePassword", changed);
    let request = from_our_page(&api, Method::POST, "/api/v1/auth/password/change");
    let request = request.header("cookie", format!("{ACCESS}={}; {REFRESH}=kept", api.token()));
    let answer = send(request.json(&json!({ "current_password": "a", "new_password": "b" }))).await;
    assert_given(&answer);
    assert!(set_cookies(&answer)[3].starts_with(&format!("{DEVICE}=device; ")), "the device stays known");
    assert_eq!(answer.json(), json!({ "expires_in": 300, "expires_at": INSTANT }));
    let (_, asked): (HeaderMap, identity::ChangePasswordRequest) =
        api.stub.last("identity.v1.PasswordService/ChangePassword");
    assert_eq!(asked.cookie_refresh_token.as_deref(), Some("kept"));
}

#[tokio::test]
async fn a_remembered_session_is_kept_as_long_as_it_lives() {
    let api = Api::start().await;
    plan_sign_ins(&api, &identity::Tokens { is_remembered: true, session_expires_in: 7_776_000, ..tokens() });
    let answer = sign_in(&api, "/api/v1/auth/login").await;
    let refresh = format!("{REFRESH}=refresh; Path=/api/v1/auth; Max-Age=7776000; HttpOnly; Secure; SameSite=Lax");
    let signed_in = format!("{SIGNED_IN}=1; Path=/; Max-Age=7776000; HttpOnly; Secure; SameSite=Lax");
    assert_eq!(set_cookies(&answer)[1..3], [refresh, signed_in]);
}

#[tokio::test]
async fn no_cookie_is_given_to_a_client_that_does_not_ask_for_it() {
    let api = signing_in().await;
    for (path, body) in [
        ("/api/v1/auth/register", json!({ "email": "a", "password": "b" })),
        ("/api/v1/auth/login", json!({ "email": "a", "password": "b", "session": null })),
        ("/api/v1/auth/refresh", json!({ "refresh_token": "r" })),
        ("/api/v1/auth/logout", json!({ "refresh_token": "r" })),
        ("/api/v1/auth/switch-org", json!({ "organization_id": ORGANIZATION })),
        ("/api/v1/auth/logout/all", json!({})),
    ] {
        let cookies = format!("{ACCESS}={}; {REFRESH}=kept", api.token());
        let request = from_our_page(&api, Method::POST, path).bearer_auth(api.token()).header("cookie", cookies);
        let answer = send(request.json(&body)).await;
        assert!(answer.status < 300, "{path}: {}", answer.text);
        assert_eq!(set_cookies(&answer), Vec::<&str>::new(), "{path}");
    }
}

#[tokio::test]
async fn another_way_to_keep_a_session_is_refused() {
    let api = signing_in().await;
    let body = json!({ "email": "a", "password": "b", "session": "local_storage" });
    let answer = send(from_our_page(&api, Method::POST, "/api/v1/auth/login").json(&body)).await;
    assert_eq!(answer.violation(), ("session".to_owned(), "must be `cookie`".to_owned()));
}

#[tokio::test]
async fn a_refresh_by_cookie_renews_the_cookies() {
    let api = signing_in().await;
    for body in [None, Some(json!({})), Some(json!({ "organization_id": ORGANIZATION }))] {
        let request = from_our_page(&api, Method::POST, "/api/v1/auth/refresh");
        let request = request.header("cookie", format!("theme=dark; {REFRESH}=kept"));
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_given(&answer);
        let (_, asked): (HeaderMap, identity::RefreshRequest) =
            api.stub.last("identity.v1.AuthenticationService/Refresh");
        assert_eq!((asked.refresh_token.as_str(), asked.by_cookie), ("kept", true));
    }
}

#[tokio::test]
async fn a_refresh_token_in_the_body_counts_before_the_cookie() {
    let api = signing_in().await;
    let request = api.request(Method::POST, "/api/v1/auth/refresh").header("cookie", format!("{REFRESH}=kept"));
    let answer = send(request.json(&json!({ "refresh_token": "mine" }))).await;
    assert_eq!(answer.json()["tokens"]["refresh_token"], "refresh");
    assert_eq!(set_cookies(&answer), Vec::<&str>::new());
    let (_, asked): (HeaderMap, identity::RefreshRequest) = api.stub.last("identity.v1.AuthenticationService/Refresh");
    assert_eq!((asked.refresh_token.as_str(), asked.by_cookie), ("mine", false));
}

#[tokio::test]
async fn without_a_refresh_token_anywhere_the_field_is_required() {
    let api = signing_in().await;
    for path in ["/api/v1/auth/refresh", "/api/v1/auth/logout"] {
        let answer = send(from_our_page(&api, Method::POST, path)).await;
        assert_eq!(answer.violation(), ("refresh_token".to_owned(), "is required".to_owned()), "{path}");
        // A client with a bearer token keeps its tokens itself.
        let request = from_our_page(&api, Method::POST, path).header("cookie", format!("{REFRESH}=kept"));
        let answer = send(request.bearer_auth(api.token())).await;
        assert_eq!(answer.violation(), ("refresh_token".to_owned(), "is required".to_owned()), "{path}");
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn a_refresh_that_ends_the_session_takes_the_cookies_back() {
    let api = signing_in().await;
    let refresh = || {
        let request = from_our_page(&api, Method::POST, "/api/v1/auth/refresh");
        send(request.header("cookie", format!("{REFRESH}=kept")))
    };
    for reason in [ErrorReason::TokenRevoked, ErrorReason::TokenExpired, ErrorReason::TokenInvalid] {
        api.stub.refuses("identity.v1.AuthenticationService/Refresh", Refusal::new(reason, "Sign in again."));
        let answer = refresh().await;
        assert_eq!((answer.status, answer.code().as_str()), (401, reason.code()));
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_cleared(&answer);
    }
    for reason in [ErrorReason::ServiceUnavailable, ErrorReason::OrganizationNotFound] {
        api.stub.refuses("identity.v1.AuthenticationService/Refresh", Refusal::new(reason, "Wait."));
        assert_eq!(set_cookies(&refresh().await), Vec::<&str>::new(), "the session goes on");
    }
}

#[tokio::test]
async fn a_cookie_signs_in_and_what_it_switches_is_renewed() {
    let api = signing_in().await;
    let token = api.token();
    let cookie = format!("{ACCESS}={token}");
    let session = send(api.request(Method::GET, "/api/v1/auth/session").header("cookie", &cookie)).await.json();
    assert_eq!((&session["valid"], &session["end_user_id"]), (&json!(true), &json!(USER)));

    let request = from_our_page(&api, Method::POST, "/api/v1/auth/switch-org").header("cookie", &cookie);
    let answer = send(request.json(&json!({ "organization_id": ORGANIZATION }))).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_given(&answer);
    assert_eq!((&answer.json()["active_org_id"], &answer.json()["tokens"]), (&json!(ORGANIZATION), &Value::Null));
    let (metadata, _): (HeaderMap, identity::SwitchOrganizationRequest) =
        api.stub.last("identity.v1.AuthenticationService/SwitchOrganization");
    assert_eq!(metadata["authorization"], format!("Bearer {token}"));
    assert!(!metadata.contains_key("cookie"));
}

#[tokio::test]
async fn signing_out_takes_the_cookies_back() {
    let api = signing_in().await;
    let cookies = format!("{ACCESS}={}; {REFRESH}=kept", api.token());
    for path in ["/api/v1/auth/logout", "/api/v1/auth/logout/all"] {
        let answer = send(from_our_page(&api, Method::POST, path).header("cookie", &cookies)).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text);
        assert!(answer.headers.contains_key("guildhall-position"), "{path}");
        assert_cleared(&answer);
    }
    let (_, asked): (HeaderMap, identity::LogoutRequest) = api.stub.last("identity.v1.AuthenticationService/Logout");
    assert_eq!(asked.refresh_token, "kept");
}

#[tokio::test]
async fn ending_the_own_session_takes_the_cookies_back_and_ending_another_does_not() {
    let api = signing_in().await;
    api.stub.answers("identity.v1.SessionService/EndSession", identity::EndSessionResponse { position: 5 });
    let token = api.token();
    let own = api.issuer.trust().verifier.verify(&token).unwrap().session_id;
    for (session, is_own) in [(own, true), (ORGANIZATION, false)] {
        let request = from_our_page(&api, Method::DELETE, &format!("/api/v1/auth/sessions/{session}"));
        let answer = send(request.header("cookie", format!("{ACCESS}={token}"))).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        assert_eq!(set_cookies(&answer).len(), if is_own { 3 } else { 0 });
    }
}

#[tokio::test]
async fn a_bad_bearer_token_never_falls_back_to_the_cookie() {
    let api = signing_in().await;
    let cookie = format!("{ACCESS}={}", api.token());
    for (header, code) in [("Bearer nonsense", "TOKEN_INVALID"), ("Basic YTpi", "UNAUTHORIZED"), ("", "UNAUTHORIZED")] {
        let request = from_our_page(&api, Method::POST, "/api/v1/auth/logout/all").header("cookie", &cookie);
        let answer = send(request.header("authorization", header)).await;
        assert_eq!(answer.status, 401, "{header}: {}", answer.text);
        assert!(["TOKEN_INVALID", code].contains(&answer.code().as_str()), "{header}: {}", answer.text);
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn a_doubled_cookie_is_refused() {
    let api = signing_in().await;
    let token = api.token();
    let twice = [
        (Method::GET, "/api/v1/auth/me", format!("{ACCESS}={token}; {ACCESS}={token}")),
        (Method::POST, "/api/v1/auth/logout/all", format!("{ACCESS}={token}; other=1; {ACCESS}=x")),
        (Method::POST, "/api/v1/auth/refresh", format!("{REFRESH}=kept; {REFRESH}=kept")),
        (Method::POST, "/api/v1/auth/logout", format!("{REFRESH}=kept; {REFRESH}=")),
    ];
    for (method, path, cookies) in twice {
        let in_one = from_our_page(&api, method.clone(), path).header("cookie", &cookies);
        let (first, second) = cookies.split_once("; ").unwrap();
        let in_two = from_our_page(&api, method, path).header("cookie", first).header("cookie", second);
        for request in [in_one, in_two] {
            let answer = send(request).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "TOKEN_INVALID"), "{path}: {}", answer.text);
            assert_eq!(set_cookies(&answer), Vec::<&str>::new(), "{path}");
        }
    }
    assert_eq!(api.stub.calls(), 0);
}

#[tokio::test]
async fn a_name_that_merely_looks_like_ours_is_another_cookie() {
    let api = signing_in().await;
    for name in ["__host-guildhall_access", "guildhall_access", "x__Host-guildhall_access", " __Host-guildhall_access"]
    {
        let request =
            api.request(Method::GET, "/api/v1/auth/me").header("cookie", format!("a=b; {name}={}", api.token()));
        assert_eq!(send(request).await.code(), "UNAUTHORIZED", "{name}");
    }
}

#[tokio::test]
async fn tokens_too_large_for_a_cookie_are_no_half_sign_in() {
    let api = Api::start().await;
    plan_sign_ins(&api, &identity::Tokens { access_token: "a".repeat(4096), ..tokens() });
    let answer = sign_in(&api, "/api/v1/auth/login").await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "INTERNAL_ERROR"));
    assert_eq!(set_cookies(&answer), Vec::<&str>::new());
}
