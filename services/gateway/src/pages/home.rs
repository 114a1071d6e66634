//! The first page: signing in, and what the visitor belongs to.

use contracts::organizations::v1 as proto;
use serde_json::{Value, json};

use super::account_forms::AccountForms;
use super::page::Page;
use super::place::Place;
use super::snag::Snag;
use super::visit::Visit;
use super::visitor::{Account, Visitor};
use crate::http_error::HttpError;

/// The page as its visitor sees it.
pub(super) async fn page(visit: &Visit, visitor: &Visitor, forms: AccountForms) -> Result<Page, Snag> {
    let organizations = match visitor.account() {
        Some(account) => organizations(visit, account).await.map_err(|error| Snag::at(&Place::Home, visitor, error))?,
        None => Value::Null,
    };
    let content = json!({
        "title": if visitor.account().is_some() { "Your account" } else { "Sign in" },
        "has_problem": forms.has_problem(),
        "visitor": visitor.shown(),
        "forms": forms.shown(),
        "actions": Place::Home.actions(),
        "offers_sign_up": false,
        "organizations": organizations,
    });
    let page = Page::new("home.html", content);
    Ok(Page { status: forms.status.unwrap_or(page.status), wait_seconds: forms.wait_seconds, ..page })
}

/// The first fifty that the account belongs to, and whether there are more.
pub(super) async fn organizations(visit: &Visit, account: &Account) -> Result<Value, HttpError> {
    let request = visit.call(account, proto::ListMyOrganizationsRequest { page_size: 50, page_token: String::new() });
    let answer = visit.gateway.upstreams.organizations().list_my_organizations(request).await?.into_inner();
    let shown = |entry: proto::MyOrganization| {
        let (is_owner, is_suspended) =
            (entry.role() == proto::OrgRole::Owner, entry.status() == proto::MemberStatus::Suspended);
        let organization = entry.organization.unwrap_or_default();
        json!({
            "name": organization.name,
            "is_personal": organization.is_personal,
            "is_owner": is_owner,
            "is_suspended": is_suspended,
        })
    };
    let entries: Vec<Value> = answer.organizations.into_iter().map(shown).collect();
    Ok(json!({ "entries": entries, "has_more": !answer.next_page_token.is_empty() }))
}
