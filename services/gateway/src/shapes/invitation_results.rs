//! What became of many addresses.

use contracts::invitations::v1 as proto;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{ErrorCode, ErrorDetails};
use super::incomplete::{Incomplete, each};
use super::invitation::CreatedInvitation;
use crate::http_error::HttpError;

/// One result for each address, in the order of the request.
#[derive(Serialize, ToSchema)]
pub(crate) struct InvitationResults {
    results: Vec<InvitationResult>,
}

/// An invitation, or why there is none.
#[derive(Serialize, ToSchema)]
struct InvitationResult {
    /// As it was given.
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<CreatedInvitation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<EntryError>,
}

/// Why one entry was refused: what the error envelope says of a whole request.
#[derive(Serialize, ToSchema)]
struct EntryError {
    #[schema(value_type = ErrorCode)]
    code: &'static str,
    message: String,
    #[schema(value_type = ErrorDetails)]
    details: Map<String, Value>,
}

impl TryFrom<proto::CreateInvitationsResponse> for InvitationResults {
    type Error = Incomplete;

    fn try_from(answer: proto::CreateInvitationsResponse) -> Result<Self, Incomplete> {
        Ok(Self { results: each(answer.results)? })
    }
}

impl TryFrom<proto::InvitationResult> for InvitationResult {
    type Error = Incomplete;

    fn try_from(result: proto::InvitationResult) -> Result<Self, Incomplete> {
        let (invitation, error) = match (result.invitation, result.refusal) {
            (Some(invitation), _) => (Some(CreatedInvitation::of(invitation, result.token)?), None),
            (None, Some(refusal)) => (None, Some(refusal.into())),
            (None, None) => return Err(Incomplete::new("an invitation or a refusal")),
        };
        Ok(Self { email: result.email, invitation, error })
    }
}

impl From<proto::InvitationRefusal> for EntryError {
    fn from(refusal: proto::InvitationRefusal) -> Self {
        let (code, message, details) = HttpError::from(refusal).into_entry();
        Self { code, message, details }
    }
}
