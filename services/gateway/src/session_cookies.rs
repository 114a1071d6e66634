//! The cookies of a browser's session: how tokens are handed over, renewed and taken back.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use contracts::identity::v1 as proto;
use http::header::{AUTHORIZATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use service_kit::Refusal;
use utoipa::ToSchema;

use crate::cookies::{ACCESS, DEVICE, Kept, REFRESH, SIGNED_IN};
use crate::csrf;
use crate::http_error::HttpError;
use crate::origins::Origins;
use crate::shapes::incomplete::filled;
use crate::shapes::tokens::Credentials;

/// As long as identity knows a device.
const DEVICE_KNOWN_SECONDS: i64 = 365 * 24 * 3600;

/// Where a session's tokens are kept, if not by the client itself.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionMode {
    /// In cookies that scripts cannot read; the tokens are not in the answer.
    Cookie,
}

/// How tokens reach the client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    InBody,
    InCookies,
}

impl Delivery {
    /// As a sign-in asks for. Cookies are given to allowed pages alone: another site could sign its visitor in
    /// to an account of its own.
    pub(crate) fn asked_for(
        mode: Option<SessionMode>,
        headers: &HeaderMap,
        origins: &Origins,
    ) -> Result<Self, HttpError> {
        match mode {
            None => Ok(Self::InBody),
            Some(SessionMode::Cookie) => {
                csrf::check(headers, origins)?;
                Ok(Self::InCookies)
            }
        }
    }

    /// For identity: the refresh token that came beside an access token in a cookie, empty when there was none;
    /// `None` for a client that keeps its tokens itself.
    pub(crate) fn cookie_refresh_token(self, headers: &HeaderMap) -> Result<Option<String>, HttpError> {
        match self {
            Self::InBody => Ok(None),
            Self::InCookies => Ok(Some(REFRESH.read(headers)?.unwrap_or_default().to_owned())),
        }
    }

    /// What the answer shows of the tokens, and the cookies that hold the rest.
    pub(crate) fn hand_over(self, tokens: Option<proto::Tokens>) -> Result<(SetCookies, Credentials), HttpError> {
        let tokens = filled(tokens, "the tokens")?;
        match self {
            Self::InBody => Ok((SetCookies::default(), Credentials::shown(tokens)?)),
            Self::InCookies => {
                let refresh_kept =
                    if tokens.is_remembered { Kept::For(tokens.session_expires_in) } else { Kept::UntilClosed };
                let cookies = SetCookies(vec![
                    ACCESS.set(&tokens.access_token, Kept::For(tokens.expires_in))?,
                    REFRESH.set(&tokens.refresh_token, refresh_kept)?,
                    SIGNED_IN.set("1", refresh_kept)?,
                ]);
                Ok((cookies, Credentials::hidden(&tokens)?))
            }
        }
    }

    /// The same for whoever has just signed in; the last part shows that the device has, and is in a cookie as
    /// well if the tokens are.
    pub(crate) fn hand_over_signed_in(
        self,
        tokens: Option<proto::Tokens>,
        device_token: String,
    ) -> Result<(SetCookies, Credentials, Option<String>), HttpError> {
        let (mut cookies, credentials) = self.hand_over(tokens)?;
        match self {
            Self::InBody => Ok((cookies, credentials, Some(device_token))),
            Self::InCookies => {
                cookies.0.push(DEVICE.set(&device_token, Kept::For(DEVICE_KNOWN_SECONDS))?);
                Ok((cookies, credentials, None))
            }
        }
    }

    /// The cookies to forget when the session has ended.
    pub(crate) fn take_back(self) -> Result<SetCookies, Refusal> {
        match self {
            Self::InBody => Ok(SetCookies::default()),
            Self::InCookies => Ok(SetCookies(vec![ACCESS.clear()?, REFRESH.clear()?, SIGNED_IN.clear()?])),
        }
    }
}

/// What shows that the device has signed in before: in the body, else in the cookie. It is no credential, so
/// whatever does not fit is as good as nothing.
pub(crate) fn presented_device_token(in_body: Option<String>, headers: &HeaderMap) -> String {
    in_body.or_else(|| DEVICE.read(headers).ok().flatten().map(str::to_owned)).unwrap_or_default()
}

/// The refresh token that a request presents: in the body if there is one, else in the cookie, which counts
/// for nothing beside a bearer token. VALIDATION_ERROR when there is none.
pub(crate) fn presented_refresh_token(
    in_body: Option<String>,
    headers: &HeaderMap,
    origins: &Origins,
) -> Result<(String, Delivery), HttpError> {
    if let Some(token) = in_body {
        return Ok((token, Delivery::InBody));
    }
    let in_cookie = if headers.contains_key(AUTHORIZATION) { None } else { REFRESH.read(headers)? };
    let token = in_cookie.ok_or_else(|| HttpError::invalid("refresh_token", "is required"))?;
    csrf::check(headers, origins)?;
    Ok((token.to_owned(), Delivery::InCookies))
}

/// `Set-Cookie` headers of an answer; none for a client that keeps its tokens itself.
#[derive(Default)]
pub(crate) struct SetCookies(Vec<HeaderValue>);

impl IntoResponseParts for SetCookies {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        for cookie in self.0 {
            parts.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}
