//! Messages of invitations to many addresses.

use contracts::invitations::v1 as proto;
use mail::Address;
use service_kit::refusal::reason_of;
use service_kit::{ErrorReason, Fields, Refusal, Timestamp};
use tonic::Status;
use tonic_types::StatusExt;

use crate::domain::Refused;
use crate::error::InvitationError;
use crate::use_cases::{CreateInvitations, CreatedInvitation};
use crate::wire::invitations::{created_invitation, read_terms};

/// Most addresses of one request.
const MOST_ADDRESSES: usize = 50;

/// Reads whom to invite, to what; the expiry is judged at this instant. What is no address concerns its entry alone.
pub fn create_invitations(
    request: &proto::CreateInvitationsRequest,
    now: Timestamp,
) -> Result<CreateInvitations, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", request.organization_id.parse());
    if !(1..=MOST_ADDRESSES).contains(&request.emails.len()) {
        fields.violation("emails", "must name 1 to 50 addresses");
    }
    let terms = read_terms(&mut fields, organization_id, &request.role_ids, request.role, request.expires_at, now);
    let Some(terms) = terms.filter(|_| fields.is_clean()) else { return Err(fields.refuse()) };
    let emails = request
        .emails
        .iter()
        .map(|email| Address::parse(email).map_err(|error| Refused::NoAddress { problem: error.to_string() }));
    Ok(CreateInvitations { terms, emails: emails.collect() })
}

/// One result for each entry of the request, in its order.
pub fn invitation_results(
    entries: Vec<String>,
    outcomes: Vec<Result<CreatedInvitation, InvitationError>>,
    now: Timestamp,
) -> Vec<proto::InvitationResult> {
    let outcomes = entries.into_iter().zip(outcomes).enumerate();
    outcomes
        .map(|(index, (email, outcome))| match outcome {
            Ok(created) => {
                let (invitation, token) = created_invitation(created, now);
                proto::InvitationResult { email, invitation: Some(invitation), token, refusal: None }
            }
            Err(error) => {
                let refusal = Some(refusal(refused_at(index, error)));
                proto::InvitationResult { email, refusal, ..proto::InvitationResult::default() }
            }
        })
        .collect()
}

fn refused_at(index: usize, error: InvitationError) -> Status {
    let problem = match error {
        InvitationError::Refused(Refused::NoAddress { problem }) => problem,
        InvitationError::Refused(Refused::NamedTwice) => "names the same mailbox as an earlier entry".to_owned(),
        error => return error.into(),
    };
    Refusal::invalid(vec![(format!("emails[{index}]"), problem)]).into()
}

/// What a refused call would say, as a part of an answer.
fn refusal(status: Status) -> proto::InvitationRefusal {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|request| request.field_violations.as_slice()).unwrap_or_default();
    let violations = violations.iter().map(|violation| proto::FieldViolation {
        field: violation.field.clone(),
        description: violation.description.clone(),
    });
    let retry_after = details.retry_info().and_then(|retry| retry.retry_delay);
    proto::InvitationRefusal {
        reason: reason_of(&status).unwrap_or(ErrorReason::InternalError).code().to_owned(),
        message: status.message().to_owned(),
        metadata: details.error_info().map(|info| info.metadata.clone()).unwrap_or_default(),
        violations: violations.collect(),
        retry_after: retry_after.and_then(|wait| wait.try_into().ok()),
    }
}
