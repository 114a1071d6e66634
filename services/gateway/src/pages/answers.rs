//! The visitor's answer to an invitation or link.

use axum::response::{IntoResponse, Response};
use contracts::invitations::v1 as proto;
use contracts::organizations::v1::Organization;
use http::StatusCode;

use super::account_forms::AccountForms;
use super::form::Form;
use super::page::see;
use super::place::Place;
use super::session::{sender, session_is_over};
use super::show::page_for;
use super::snag::Snag;
use super::visit::{Visit, is_over};
use super::visitor::{Account, Visitor};
use crate::http_error::HttpError;
use crate::shapes::incomplete::filled;

/// What the visitor wants.
#[derive(Clone, Copy)]
enum Answer {
    Accept,
    Decline,
    Join,
}

/// Accepts the invitation.
pub(super) async fn accept(visit: Visit, place: Place, form: Form) -> Result<Response, Snag> {
    answer(&visit, &place, &form, Answer::Accept).await
}

/// Declines the invitation.
pub(super) async fn decline(visit: Visit, place: Place, form: Form) -> Result<Response, Snag> {
    answer(&visit, &place, &form, Answer::Decline).await
}

/// Joins by the link.
pub(super) async fn join(visit: Visit, place: Place, form: Form) -> Result<Response, Snag> {
    answer(&visit, &place, &form, Answer::Join).await
}

async fn answer(visit: &Visit, place: &Place, form: &Form, answer: Answer) -> Result<Response, Snag> {
    let (visitor, cookies) = sender(visit, place).await?;
    let Some(account) = visitor.account() else { return session_is_over(visit, place, &visitor, cookies).await };
    // Whoever has signed in elsewhere in this browser since would answer as somebody else than the page said.
    if form.text("as") != account.id {
        let problem = format!("You are signed in as {} now. Look again before you answer.", account.email);
        let status = Some(StatusCode::CONFLICT);
        let forms = AccountForms { problem: Some(problem), status, ..AccountForms::default() };
        let page = page_for(visit, place, &visitor, forms).await;
        return Ok((cookies, page).into_response());
    }
    match tell(visit, place, account, answer).await {
        Ok(next) => Ok((cookies, see(&next)).into_response()),
        Err(error) if is_over(&error) => session_is_over(visit, place, &Visitor::Nobody, cookies).await,
        Err(error) => Ok((cookies, Snag::at(place, &visitor, error)).into_response()),
    }
}

/// Passes the answer on; what comes of it is the page to see next.
async fn tell(visit: &Visit, place: &Place, account: &Account, answer: Answer) -> Result<String, HttpError> {
    let upstreams = &visit.gateway.upstreams;
    let (Place::Invitation(token) | Place::Join(token)) = place else {
        return Err(HttpError::invalid("page", "offers nothing"));
    };
    let token = token.expose().to_owned();
    let organization = match answer {
        Answer::Accept => {
            let request = visit.call(account, proto::AcceptInvitationByTokenRequest { token });
            upstreams.invitations().accept_invitation_by_token(request).await?.into_inner().organization
        }
        Answer::Join => {
            let request = visit.call(account, proto::JoinViaInviteLinkRequest { token });
            upstreams.invite_links().join_via_invite_link(request).await?.into_inner().organization
        }
        Answer::Decline => {
            let request = visit.call(account, proto::DeclineInvitationByTokenRequest { token });
            upstreams.invitations().decline_invitation_by_token(request).await?;
            return Ok("/done/declined".to_owned());
        }
    };
    let Organization { id, .. } = filled(organization, "the organization")?;
    Ok(format!("/joined/{id}"))
}
