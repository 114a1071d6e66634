//! The pages for people, as a browser without scripts sees them.

mod accounts;
mod answering;
mod escaping;
mod first_page;
mod form_proof;
mod frame;
mod mailed_links;
mod offers;
mod passwords;
mod sessions;
mod snags;

use contracts::identity::v1 as identity;
use contracts::invitations::v1 as invitations;
use contracts::organizations::v1 as organizations;
use contracts::organizations::v1::OrgRole;
use reqwest::Method;

use crate::api::{Answer, Api, USER, send};
use crate::cookies::{ACCESS, REFRESH};
use crate::samples::{instant, organization, user};

/// A secret as links hold it.
pub const TOKEN: &str = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";
const SIGNED_IN: &str = "__Host-guildhall_signed_in";
const ACTIONS: &str = "/api/v1/auth/pages";

const PREVIEW: &str = "invitations.v1.InvitationService/PreviewInvitation";
const PREVIEW_LINK: &str = "invitations.v1.InviteLinkService/PreviewInviteLink";
const ACCEPT: &str = "invitations.v1.InvitationService/AcceptInvitationByToken";
const DECLINE: &str = "invitations.v1.InvitationService/DeclineInvitationByToken";
const JOIN: &str = "invitations.v1.InviteLinkService/JoinViaInviteLink";
const GET_ME: &str = "identity.v1.AccountService/GetMe";
const REFRESHING: &str = "identity.v1.AuthenticationService/Refresh";
const LOGIN: &str = "identity.v1.AuthenticationService/Login";
const REGISTER: &str = "invitations.v1.AdmissionService/RegisterInvitee";
const MY_ORGANIZATIONS: &str = "organizations.v1.OrganizationService/ListMyOrganizations";

/// A gateway behind which an invitation and a link wait, and Alice has an account with a proven address.
async fn house() -> Api {
    let api = Api::start().await;
    api.stub.answers(PREVIEW, preview("Acme", "Alice"));
    api.stub.answers(PREVIEW_LINK, link_preview("Acme"));
    api.stub.answers(GET_ME, identity::GetMeResponse { user: Some(proven_user()) });
    let joined = Some(organization());
    let (role, organization) = (OrgRole::Member.into(), joined.clone());
    api.stub.answers(ACCEPT, invitations::AcceptInvitationByTokenResponse { organization, role });
    api.stub.answers(JOIN, invitations::JoinViaInviteLinkResponse { organization: joined, role });
    api.stub.answers(DECLINE, invitations::DeclineInvitationByTokenResponse {});
    let mine = organizations::MyOrganization {
        organization: Some(crate::samples::organization()),
        role: OrgRole::Owner.into(),
        ..organizations::MyOrganization::default()
    };
    let list = organizations::ListMyOrganizationsResponse { organizations: vec![mine], next_page_token: String::new() };
    api.stub.answers(MY_ORGANIZATIONS, list);
    api
}

fn proven_user() -> identity::User {
    identity::User { email_verified: true, ..user() }
}

fn preview(organization: &str, inviter: &str) -> invitations::PreviewInvitationResponse {
    invitations::PreviewInvitationResponse {
        organization_name: organization.to_owned(),
        inviter_name: inviter.to_owned(),
        role: OrgRole::Member.into(),
        expires_at: instant(),
    }
}

fn link_preview(organization: &str) -> invitations::PreviewInviteLinkResponse {
    invitations::PreviewInviteLinkResponse {
        organization_name: organization.to_owned(),
        role: OrgRole::Member.into(),
        ..invitations::PreviewInviteLinkResponse::default()
    }
}

fn invitation() -> String {
    format!("/invitations/{TOKEN}")
}

fn join() -> String {
    format!("/join/{TOKEN}")
}

/// The address of a form on a page.
fn action(page: &str, name: &str) -> String {
    format!("{ACTIONS}{}/{name}", page.trim_end_matches('/'))
}

/// The cookies of somebody who is signed in.
fn signed_in(api: &Api) -> String {
    with_token(&api.token())
}

fn with_token(token: &str) -> String {
    format!("{ACCESS}={token}; {SIGNED_IN}=1")
}

/// The cookies that a form takes along when the access token has run out.
fn to_renew() -> String {
    format!("{REFRESH}=kept; {SIGNED_IN}=1")
}

/// Follows a link from a mail.
async fn open(api: &Api, path: &str, cookies: &str) -> Answer {
    read(send(api.request(Method::GET, path).header("sec-fetch-site", "none").header("cookie", cookies)).await)
}

/// Sends a form of ours.
async fn post(api: &Api, path: &str, cookies: &str, fields: &[(&str, &str)]) -> Answer {
    let request = api.request(Method::POST, path).header("sec-fetch-site", "same-origin").header("cookie", cookies);
    read(send(filled(request, fields)).await)
}

fn filled(request: reqwest::RequestBuilder, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// What the visitor of a page answers as.
fn as_user() -> String {
    USER.to_string()
}

/// Where a form that was taken leads to.
#[track_caller]
fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers["location"].to_str().unwrap()
}

/// The page in this status, holding all of these texts.
#[track_caller]
fn shows(answer: &Answer, status: u16, texts: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{:?}", answer.headers);
    for text in texts {
        assert!(answer.text.contains(text), "{text:?} is missing: {}", answer.text);
    }
}

#[track_caller]
fn hides(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(!answer.text.contains(text), "{text:?} is shown: {}", answer.text);
    }
}

/// With slashes as people read them: templates write them as entities.
fn read(page: Answer) -> Answer {
    Answer { text: page.text.replace("&#x2f;", "/"), ..page }
}

fn set_cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect()
}

/// Names of the cookies that an answer takes back.
fn cleared(answer: &Answer) -> Vec<&str> {
    let lines = set_cookies(answer).into_iter().filter(|line| line.contains("Max-Age=0"));
    lines.filter_map(|line| line.split('=').next()).collect()
}
