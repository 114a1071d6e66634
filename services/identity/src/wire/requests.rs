//! Reads requests into commands, noting everything that is wrong before refusing.

use std::fmt::Display;

use contracts::identity::v1 as proto;
use mail::Address;
use secrecy::SecretString;
use service_kit::{Fields, Refusal, SecretToken};
use token_verification::Caller;
use tonic::Status;

use crate::context::Context;
use crate::domain::app::{Apps, UnknownApp};
use crate::domain::password::NewPassword;
use crate::domain::person_name::{NotAName, PersonName};
use crate::domain::session::SessionId;
use crate::domain::user::{Names, OrganizationId, UserId};
use crate::error::IdentityError;
use crate::use_cases::change_password::ChangePassword;
use crate::use_cases::get_users::MOST_USERS;
use crate::use_cases::log_in::LogIn;
use crate::use_cases::refresh::Refresh;
use crate::use_cases::register::Register;
use crate::use_cases::request_email_change::RequestEmailChange;
use crate::use_cases::reset_password::ResetPassword;
use crate::use_cases::update_me::UpdateMe;
use crate::wire::origin::Origin;

const LONGEST_DEVICE_TOKEN: usize = 200;
/// The word that confirms a deletion.
const CONFIRMATION: &str = "DELETE";

/// A sign-up. A password that is too weak is refused as such only when all else is well.
pub fn register(request: proto::RegisterRequest, origin: &Origin, context: &Context) -> Result<Register, Status> {
    let mut fields = Fields::default();
    let email = fields.check("email", Address::parse(&request.email));
    let first = name(&mut fields, "first_name", request.first_name.as_deref());
    let last = name(&mut fields, "last_name", request.last_name.as_deref());
    let display = name(&mut fields, "display_name", request.display_name.as_deref());
    let app_code = fields.check("app_code", app(&context.apps, &request.app_code));

    let local_part = email.as_ref().map(Address::local_part);
    let names = [&request.first_name, &request.last_name, &request.display_name];
    let about_the_owner: Vec<&str> = names.into_iter().flatten().map(String::as_str).chain(local_part).collect();
    let password = NewPassword::choose(&request.password, context.passwords.shortest, &about_the_owner);

    let (Some(email), Some(first), Some(last), Some(display), Some(app_code)) = (email, first, last, display, app_code)
    else {
        fields.check("password", password.map(|_| ()));
        return Err(fields.refuse().into());
    };
    let password = password.map_err(IdentityError::WeakPassword)?;
    let is_invited = request.is_invited && origin.is_from_service;
    let names = Names { first, last, display };
    let in_cookies = origin.in_cookies(request.in_cookies);
    Ok(Register { email, password, names, app_code, client: origin.client(), is_invited, in_cookies })
}

/// New names.
pub fn update_me(request: &proto::UpdateMeRequest) -> Result<UpdateMe, Refusal> {
    let mut fields = Fields::default();
    let first = changed_name(&mut fields, "first_name", request.first_name.as_deref());
    let last = changed_name(&mut fields, "last_name", request.last_name.as_deref());
    let display = changed_name(&mut fields, "display_name", request.display_name.as_deref());
    if fields.is_clean() { Ok(UpdateMe { first, last, display }) } else { Err(fields.refuse()) }
}

/// A sign-in.
pub fn log_in(
    request: proto::LoginRequest,
    origin: &Origin,
    caller: Option<Caller>,
    apps: &Apps,
) -> Result<LogIn, Refusal> {
    let mut fields = Fields::default();
    let email = fields.check("email", Address::parse(&request.email));
    let password = fields.check("password", given(request.password));
    let organization_id =
        fields.check_optional("organization_id", unless_empty(&request.organization_id).map(str::parse));
    let app_code = fields.check("app_code", app(apps, &request.app_code));
    let device_token = fields.check("device_token", device_token(request.device_token));
    let (Some(email), Some(password), Some(organization_id), Some(app_code), Some(device_token)) =
        (email, password, organization_id, app_code, device_token)
    else {
        return Err(fields.refuse());
    };
    Ok(LogIn {
        email,
        password,
        organization_id,
        is_remembered: request.remember_me,
        in_cookies: origin.in_cookies(request.in_cookies),
        app_code,
        client: origin.client(),
        device_token,
        caller,
    })
}

/// A refresh. What cannot be a token at all is refused like an unknown one.
pub fn refresh(request: proto::RefreshRequest, origin: &Origin, apps: &Apps) -> Result<Refresh, Status> {
    let mut fields = Fields::default();
    let organization_id =
        fields.check_optional("organization_id", unless_empty(&request.organization_id).map(str::parse));
    let app_code = unless_empty(&request.app_code).map(|code| apps.find(code).map(str::to_owned));
    let app_code = fields.check_optional("app_code", app_code);
    let (Some(organization_id), Some(app_code)) = (organization_id, app_code) else {
        return Err(fields.refuse().into());
    };
    let token = secret_token(&request.refresh_token).ok_or(IdentityError::TokenInvalid)?;
    Ok(Refresh { token, organization_id, app_code, by_cookie: origin.in_cookies(request.by_cookie) })
}

/// The organization that a call names.
pub fn organization_id(text: &str) -> Result<OrganizationId, Refusal> {
    only("organization_id", text.parse())
}

/// The user that a call names.
pub fn user_id(text: &str) -> Result<UserId, Refusal> {
    only("user_id", text.parse())
}

/// The session that a call names.
pub fn session_id(text: &str) -> Result<SessionId, Refusal> {
    only("session_id", text.parse())
}

/// The address that a call names.
pub fn email(text: &str) -> Result<Address, Refusal> {
    only("email", Address::parse(text))
}

/// A secret that a caller presents; `None` when it cannot be one of ours.
pub fn secret_token(text: &str) -> Option<SecretToken> {
    SecretToken::parse(text)
}

/// The password of somebody who means to delete the account.
pub fn confirmed_password(request: proto::DeleteAccountRequest) -> Result<SecretString, Refusal> {
    let mut fields = Fields::default();
    let password = fields.check("password", given(request.password));
    if request.confirmation != CONFIRMATION {
        fields.violation("confirmation", format!("must be the word {CONFIRMATION}"));
    }
    match password {
        Some(password) if fields.is_clean() => Ok(password),
        _ => Err(fields.refuse()),
    }
}

/// A choice of a new password by a mailed token.
pub fn reset_password(request: proto::ResetPasswordRequest) -> Result<ResetPassword, Status> {
    let new_password = only("new_password", given(request.new_password))?;
    let token = secret_token(&request.token).ok_or(IdentityError::LinkInvalid)?;
    Ok(ResetPassword { token, new_password })
}

/// A choice of a new password by the old one.
pub fn change_password(request: proto::ChangePasswordRequest, origin: &Origin) -> Result<ChangePassword, Refusal> {
    let way = origin.way(request.cookie_refresh_token.as_deref());
    let mut fields = Fields::default();
    let current_password = fields.check("current_password", given(request.current_password));
    let new_password = fields.check("new_password", given(request.new_password));
    let (Some(current_password), Some(new_password)) = (current_password, new_password) else {
        return Err(fields.refuse());
    };
    Ok(ChangePassword { current_password, new_password, way })
}

/// The wish for another address.
pub fn email_change(request: proto::RequestEmailChangeRequest) -> Result<RequestEmailChange, Refusal> {
    let mut fields = Fields::default();
    let new_email = fields.check("new_email", Address::parse(&request.new_email));
    let current_password = fields.check("current_password", given(request.current_password));
    let (Some(new_email), Some(current_password)) = (new_email, current_password) else {
        return Err(fields.refuse());
    };
    Ok(RequestEmailChange { new_email, current_password })
}

/// The users that a call names.
pub fn user_ids(texts: &[String]) -> Result<Vec<UserId>, Refusal> {
    let mut fields = Fields::default();
    if texts.len() > MOST_USERS {
        fields.violation("user_ids", format!("must be at most {MOST_USERS}"));
        return Err(fields.refuse());
    }
    let ids = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>();
    fields.check("user_ids", ids).ok_or(()).map_err(|()| fields.refuse())
}

fn only<T, E: Display>(field: &str, parsed: Result<T, E>) -> Result<T, Refusal> {
    let mut fields = Fields::default();
    fields.check(field, parsed).ok_or(()).map_err(|()| fields.refuse())
}

/// `None` for a bad name, `Some(None)` for none.
fn name(fields: &mut Fields, field: &str, text: Option<&str>) -> Option<Option<String>> {
    let parsed: Result<Option<PersonName>, NotAName> = text.map_or(Ok(None), PersonName::parse);
    fields.check(field, parsed).map(|name| name.map(PersonName::into_string))
}

/// `None` when the name stays, `Some(None)` when it is removed.
fn changed_name(fields: &mut Fields, field: &str, text: Option<&str>) -> Option<Option<String>> {
    text.and_then(|text| name(fields, field, Some(text)))
}

fn app(apps: &Apps, code: &str) -> Result<String, UnknownApp> {
    unless_empty(code).map_or(Ok(apps.default_code()), |code| apps.find(code)).map(str::to_owned)
}

fn given(password: String) -> Result<SecretString, &'static str> {
    if password.is_empty() { Err("is required") } else { Ok(SecretString::from(password)) }
}

/// What cannot be one of ours is ignored, within bounds.
fn device_token(token: String) -> Result<String, &'static str> {
    if token.len() > LONGEST_DEVICE_TOKEN { Err("must have at most 200 characters") } else { Ok(token) }
}

pub(super) fn unless_empty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
