//! Ids and tokens in paths.

use std::fmt;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};
use service_kit::{Id, Refusal};
use utoipa::IntoParams;

use crate::http_error::HttpError;

/// A path's parameters; VALIDATION_ERROR names the one that does not fit.
pub(crate) struct PathOf<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        Path::<T>::from_request_parts(parts, state).await.map(|Path(path)| Self(path)).map_err(refuse)
    }
}

fn refuse(rejection: PathRejection) -> HttpError {
    let PathRejection::FailedToDeserializePathParams(failure) = rejection else {
        return Refusal::internal(rejection).into();
    };
    match failure.into_kind() {
        ErrorKind::DeserializeError { key, message, .. } => HttpError::invalid(key, message),
        ErrorKind::InvalidUtf8InPathParam { key } => HttpError::invalid(key, "must be UTF-8"),
        other => Refusal::internal(other.to_string()).into(),
    }
}

/// A UUID in its hyphenated form, in lower case whatever was sent.
pub(crate) struct PathId(String);

impl PathId {
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl<'de> Deserialize<'de> for PathId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PathIdVisitor)
    }
}

/// Only what fails inside a visitor is told together with the parameter's name.
struct PathIdVisitor;

impl Visitor<'_> for PathIdVisitor {
    type Value = PathId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<PathId, E> {
        text.parse::<Id<PathId>>().map(|id| PathId(id.to_string())).map_err(E::custom)
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OrganizationPath {
    /// The organization.
    #[serde(rename = "orgId")]
    #[param(value_type = Uuid)]
    pub(crate) organization_id: PathId,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MemberPath {
    /// The organization.
    #[serde(rename = "orgId")]
    #[param(value_type = Uuid)]
    pub(crate) organization_id: PathId,
    /// The member's user.
    #[serde(rename = "userId")]
    #[param(value_type = Uuid)]
    pub(crate) user_id: PathId,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct RolePath {
    /// The organization.
    #[serde(rename = "orgId")]
    #[param(value_type = Uuid)]
    pub(crate) organization_id: PathId,
    /// The role.
    #[serde(rename = "roleId")]
    #[param(value_type = Uuid)]
    pub(crate) role_id: PathId,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InvitationPath {
    /// The organization.
    #[serde(rename = "orgId")]
    #[param(value_type = Uuid)]
    pub(crate) organization_id: PathId,
    /// The invitation or link.
    #[param(value_type = Uuid)]
    pub(crate) id: PathId,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct IdPath {
    /// The thing.
    #[param(value_type = Uuid)]
    pub(crate) id: PathId,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TokenPath {
    /// The secret token.
    pub(crate) token: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct EventPath {
    /// The event, as the list names it.
    #[serde(rename = "eventId")]
    pub(crate) event_id: String,
}
