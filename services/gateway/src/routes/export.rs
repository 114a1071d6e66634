//! All that the product keeps of the caller.

use axum::Json;
use axum::extract::State;
use contracts::identity::v1::ExportMeRequest;
use contracts::invitations::v1::ExportMyInvitationsRequest;
use contracts::organizations::v1::{ListMyOrganizationsRequest, MyOrganization};
use prost::Message;

use crate::audit_sources::{self, OWN};
use crate::extract::{AuditFilter, Page, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::ndjson::EXPORT_PAGE;
use crate::shapes::audit::AuditEntry;
use crate::shapes::export::Export;

/// An export is put together in memory.
const MOST_PAGES: usize = 25;
/// Most bytes of organizations, as they arrive here, give or take a page.
const LARGEST: usize = 16 * 1024 * 1024;
/// The same for actions.
const MOST_PAGES_OF_ACTIONS: usize = 5;

/// Answers all that the product keeps of the caller: account, sessions, memberships, invitations, links, and what the
/// audit logs tell of what the caller did.
#[utoipa::path(get, path = "/me/export", tag = "account",
    responses((status = 200, description = "Everything, the newest 1,000 sessions, actions, invitations and links and the \
        first 5,000 organizations, fewer if they are very large", body = Export)))]
pub(crate) async fn export(State(gateway): State<Gateway>, signed_in: SignedIn) -> Result<Json<Export>, HttpError> {
    let upstreams = &gateway.upstreams;
    let (mut accounts, mut invitations) = (upstreams.accounts(), upstreams.invitations());
    let (account, organizations, actions, invitations) = tokio::try_join!(
        async { accounts.export_me(signed_in.call(ExportMeRequest {})).await.map_err(HttpError::from) },
        organizations(&gateway, &signed_in),
        actions(&gateway, &signed_in),
        async {
            let request = signed_in.call(ExportMyInvitationsRequest {});
            invitations.export_my_invitations(request).await.map_err(HttpError::from)
        },
    )?;
    Ok(Json(Export::of(account.into_inner(), organizations, actions, invitations.into_inner())?))
}

async fn organizations(gateway: &Gateway, signed_in: &SignedIn) -> Result<Vec<MyOrganization>, HttpError> {
    let (mut found, mut page_token, mut bytes) = (Vec::new(), String::new(), 0);
    for _ in 0..MOST_PAGES {
        let request = signed_in.call(ListMyOrganizationsRequest { page_size: EXPORT_PAGE, page_token });
        let page = gateway.upstreams.organizations().list_my_organizations(request).await?.into_inner();
        bytes += page.encoded_len();
        found.extend(page.organizations);
        page_token = page.next_page_token;
        if page_token.is_empty() || bytes > LARGEST {
            break;
        }
    }
    Ok(found)
}

/// What the caller did in organizations and with invitations, as one list.
async fn actions(gateway: &Gateway, signed_in: &SignedIn) -> Result<Vec<AuditEntry>, HttpError> {
    let (mut found, mut page_token) = (Vec::new(), String::new());
    for _ in 0..MOST_PAGES_OF_ACTIONS {
        let page = Page { page_size: EXPORT_PAGE, page_token };
        let log = audit_sources::read(gateway, signed_in, &OWN, &AuditFilter::default(), page).await?;
        found.extend(log.entries);
        page_token = log.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(found)
}
