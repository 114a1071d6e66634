//! The services that keep audit logs, read as one.

use std::mem;

use contracts::audit::v1::AuditEntry;
use contracts::{billing, identity, invitations, organizations};
use futures_util::future::try_join_all;
use service_kit::pages::PageRequest;

use crate::extract::{AuditFilter, Page, SignedIn};
use crate::gateway::Gateway;
use crate::http_error::HttpError;
use crate::merged_log::{Bookmark, Merged, Offered, Place, merge};
use crate::shapes::audit::AuditLog;

/// Pages of a source that are read to find one entry that was not told yet. Only what is written while somebody reads the
/// list makes it more than one.
const MOST_READ: usize = 10;

/// An audit log that a service keeps. How it prints is part of what page tokens are good for.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// What was done to accounts and signing keys, for the back office.
    Identity,
    /// What was done to organizations and the permission catalog, for the back office.
    Organizations,
    /// What was done with invitations and links, for the back office.
    Invitations,
    /// What was done with plans and subscriptions, for the back office.
    Billing,
    /// What was done to the organization of this id, its members and roles.
    Organization(String),
    /// What was done with the invitations and links of the organization of this id.
    InvitationsOf(String),
    /// What was done with the billing of the organization of this id.
    BillingOf(String),
    /// What the caller did in organizations, whatever the filter.
    OwnInOrganizations,
    /// What the caller did with invitations and links, whatever the filter.
    OwnWithInvitations,
    /// What the caller did with billing, whatever the filter.
    OwnWithBilling,
}

/// All that the back office may read.
pub(crate) const BACK_OFFICE: [Source; 4] =
    [Source::Identity, Source::Organizations, Source::Invitations, Source::Billing];

/// What the caller did beyond the caller's own account.
pub(crate) const OWN: [Source; 3] = [Source::OwnInOrganizations, Source::OwnWithInvitations, Source::OwnWithBilling];

/// All that members may read about their organization.
pub(crate) fn of_organization(id: &str) -> [Source; 3] {
    [Source::Organization(id.to_owned()), Source::InvitationsOf(id.to_owned()), Source::BillingOf(id.to_owned())]
}

/// One reading of the list: by whom and by which filter.
struct Reading<'a> {
    gateway: &'a Gateway,
    signed_in: &'a SignedIn,
    filter: &'a AuditFilter,
}

/// What a source was asked with and what it answered.
#[derive(Default)]
struct Answered {
    asked_with: String,
    /// How many of the entries answered were told before.
    told: usize,
    /// How many were not.
    new: usize,
    /// Those that were not.
    entries: Vec<AuditEntry>,
    next_page_token: String,
}

/// A page of the one log that these sources make. Refused as a whole when one of them refuses.
pub(crate) async fn read(
    gateway: &Gateway,
    signed_in: &SignedIn,
    sources: &[Source],
    filter: &AuditFilter,
    Page { page_size, page_token }: Page,
) -> Result<AuditLog, HttpError> {
    let scope = format!("audit log of {sources:?} {} for {}", filter.fingerprint(), signed_in.caller.user_id);
    let PageRequest { size, after } = gateway.page_tokens.parse(&scope, page_size, &page_token)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let reading = Reading { gateway, signed_in, filter };
    let Bookmark { told, next } = after.unwrap_or_else(|| Bookmark::at_start(sources.len()));
    let asked = sources.iter().zip(next);
    let mut answered =
        try_join_all(asked.map(|(source, page_token)| reading.what_is_new(source, page_token, told.as_ref(), size)))
            .await?;

    let offered = answered.iter_mut().map(|source| Offered {
        entries: mem::take(&mut source.entries),
        has_more: !source.next_page_token.is_empty(),
    });
    let Merged { entries, used } = merge(offered.collect(), size);
    let read = sources.iter().zip(answered).zip(used);
    let next = try_join_all(read.map(|((source, answered), used)| reading.goes_on(source, answered, used))).await?;
    let told = entries.last().map(Place::of).or(told);
    let bookmark = Bookmark { told, next };
    let next_page_token =
        if bookmark.is_at_end() { String::new() } else { gateway.page_tokens.seal(&scope, &bookmark) };
    Ok(AuditLog::of(entries, next_page_token)?)
}

impl Reading<'_> {
    /// The source's next entries that were not told yet; nothing of a source at its end.
    async fn what_is_new(
        &self,
        source: &Source,
        page_token: Option<String>,
        told: Option<&Place>,
        size: usize,
    ) -> Result<Answered, HttpError> {
        let Some(mut asked_with) = page_token else { return Ok(Answered::default()) };
        for _ in 0..MOST_READ {
            let (mut entries, next_page_token) = self.ask(source, asked_with.clone(), size).await?;
            let all = entries.len();
            entries.retain(|entry| told.is_none_or(|told| Place::of(entry) < *told));
            if !entries.is_empty() || next_page_token.is_empty() {
                let new = entries.len();
                return Ok(Answered { asked_with, told: all - new, new, entries, next_page_token });
            }
            asked_with = next_page_token;
        }
        Ok(Answered { next_page_token: asked_with, ..Answered::default() })
    }

    /// The token to ask the source with for what follows the entries used; none at its end.
    async fn goes_on(&self, source: &Source, answered: Answered, used: usize) -> Result<Option<String>, HttpError> {
        let Answered { asked_with, told, new, next_page_token, .. } = answered;
        if used == new {
            return Ok(Some(next_page_token).filter(|token| !token.is_empty()));
        }
        if used == 0 {
            return Ok(Some(asked_with));
        }
        let (_, after_these) = self.ask(source, asked_with.clone(), told + used).await?;
        Ok(Some(if after_these.is_empty() { asked_with } else { after_these }))
    }

    async fn ask(
        &self,
        source: &Source,
        page_token: String,
        size: usize,
    ) -> Result<(Vec<AuditEntry>, String), HttpError> {
        let (upstreams, filter) = (&self.gateway.upstreams, Some(self.filter.clone().into()));
        let page_size = i32::try_from(size).unwrap_or(i32::MAX);
        Ok(match source {
            Source::Identity => {
                let request = self.signed_in.call(identity::v1::ListAuditLogRequest { filter, page_size, page_token });
                let answer = upstreams.user_administration().list_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::Organizations => {
                let request =
                    self.signed_in.call(organizations::v1::ListAuditLogRequest { filter, page_size, page_token });
                let answer = upstreams.organization_administration().list_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::Invitations => {
                let request =
                    self.signed_in.call(invitations::v1::ListAuditLogRequest { filter, page_size, page_token });
                let answer = upstreams.invitation_audit_administration().list_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::Billing => {
                let request = self.signed_in.call(billing::v1::ListAuditLogRequest { filter, page_size, page_token });
                let answer = upstreams.billing_audit_administration().list_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::Organization(id) => {
                let organization_id = id.clone();
                let request = self.signed_in.call(organizations::v1::ListOrganizationAuditLogRequest {
                    organization_id,
                    filter,
                    page_size,
                    page_token,
                });
                let answer = upstreams.organization_audit().list_organization_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::InvitationsOf(id) => {
                let organization_id = id.clone();
                let request = self.signed_in.call(invitations::v1::ListOrganizationAuditLogRequest {
                    organization_id,
                    filter,
                    page_size,
                    page_token,
                });
                let answer = upstreams.invitation_audit().list_organization_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::BillingOf(id) => {
                let organization_id = id.clone();
                let request = self.signed_in.call(billing::v1::ListOrganizationAuditLogRequest {
                    organization_id,
                    filter,
                    page_size,
                    page_token,
                });
                let answer = upstreams.billing_audit().list_organization_audit_log(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::OwnInOrganizations => {
                let request = self.signed_in.call(organizations::v1::ListMyActionsRequest { page_size, page_token });
                let answer = upstreams.organization_audit().list_my_actions(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::OwnWithInvitations => {
                let request = self.signed_in.call(invitations::v1::ListMyActionsRequest { page_size, page_token });
                let answer = upstreams.invitation_audit().list_my_actions(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
            Source::OwnWithBilling => {
                let request = self.signed_in.call(billing::v1::ListMyActionsRequest { page_size, page_token });
                let answer = upstreams.billing_audit().list_my_actions(request).await?.into_inner();
                (answer.entries, answer.next_page_token)
            }
        })
    }
}
