//! The page that shows what an invitation or link is for, and takes the answer.

use contracts::invitations::v1 as proto;
use contracts::organizations::v1::OrgRole;
use serde_json::{Value, json};
use service_kit::Timestamp;

use super::account_forms::AccountForms;
use super::page::Page;
use super::place::Place;
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::Visitor;
use super::words::{day_and_time, initial};
use crate::http_error::HttpError;

/// The page as its visitor sees it.
pub(super) async fn page(visit: &Visit, place: &Place, visitor: &Visitor, forms: AccountForms) -> Result<Page, Snag> {
    let offer = offer(visit, place).await.map_err(|error| Snag::at(place, visitor, error))?;
    let content = json!({
        "title": format!("Join {}", offer["organization"].as_str().unwrap_or_default()),
        "has_problem": forms.has_problem(),
        "offer": offer,
        "visitor": visitor.shown(),
        "forms": forms.shown(),
        "actions": place.actions(),
        "offers_sign_up": visit.gateway.look.offers_sign_up,
    });
    let page = Page::new("offer.html", content);
    Ok(Page { status: forms.status.unwrap_or(page.status), wait_seconds: forms.wait_seconds, ..page })
}

async fn offer(visit: &Visit, place: &Place) -> Result<Value, HttpError> {
    match place {
        Place::Invitation(token) => {
            let request = visit.public(proto::PreviewInvitationRequest { token: token.expose().to_owned() });
            let preview = visit.gateway.upstreams.invitations().preview_invitation(request).await?.into_inner();
            let role = preview.role();
            Ok(shown(&preview.organization_name, &preview.inviter_name, role, preview.expires_at, false))
        }
        Place::Join(token) => {
            let request = visit.public(proto::PreviewInviteLinkRequest { token: token.expose().to_owned() });
            let preview = visit.gateway.upstreams.invite_links().preview_invite_link(request).await?.into_inner();
            let role = preview.role();
            Ok(shown(&preview.organization_name, &preview.inviter_name, role, preview.expires_at, true))
        }
        Place::Home => Err(HttpError::invalid("page", "offers nothing")),
    }
}

fn shown(
    organization: &str,
    inviter: &str,
    role: OrgRole,
    expires_at: Option<prost_types::Timestamp>,
    is_link: bool,
) -> Value {
    let expires = expires_at.map(Timestamp::from);
    json!({
        "organization": organization,
        "initial": initial(organization),
        "inviter": inviter,
        "is_owner": role == OrgRole::Owner,
        "is_link": is_link,
        "expires": expires.map(|expires| json!({ "at": expires.to_rfc3339(), "words": day_and_time(expires) })),
    })
}
