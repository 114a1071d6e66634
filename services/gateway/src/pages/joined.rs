//! Where whoever has just joined an organization is led. Reloading it says the same again and joins nothing.

use contracts::organizations::v1::GetOrganizationRequest;
use serde_json::json;
use service_kit::{ErrorReason, Refusal};

use super::account_forms::AccountForms;
use super::page::Page;
use super::place::Place;
use super::show::page_for;
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::{Account, Visitor};
use super::words::initial;
use crate::extract::{IdPath, PathOf};
use crate::http_error::HttpError;
use crate::shapes::incomplete::filled;

/// Shows what the visitor belongs to now; only members see it.
pub(super) async fn show(visit: Visit, path: Result<PathOf<IdPath>, HttpError>) -> Result<Page, Snag> {
    let nothing = || HttpError::from(Refusal::new(ErrorReason::OrganizationNotFound, "There is no such organization."));
    let PathOf(IdPath { id }) = path.map_err(|_| nothing())?;
    let visitor = visit.visitor().await.map_err(|error| Snag::at(&Place::Home, &Visitor::Nobody, error))?;
    let Some(account) = visitor.account() else {
        return page_for(&visit, &Place::Home, &visitor, AccountForms::default()).await;
    };
    let name = name_of(&visit, account, id.into_text()).await;
    let name = name.map_err(|error| Snag::at(&Place::Home, &visitor, error))?;
    let content = json!({
        "title": format!("You belong to {name}"), "organization": name, "initial": initial(&name),
        "visitor": visitor.shown(),
    });
    Ok(Page::new("joined.html", content))
}

async fn name_of(visit: &Visit, account: &Account, organization_id: String) -> Result<String, HttpError> {
    let request = visit.call(account, GetOrganizationRequest { organization_id });
    let answer = visit.gateway.upstreams.organizations().get_organization(request).await?.into_inner();
    Ok(filled(answer.organization, "the organization")?.name)
}
