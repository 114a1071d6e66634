//! Lets the custom roles of an invitation or a link go once it offers them no more.

use serde::{Deserialize, Serialize};
use serde_json::json;
use service_kit::outbox::{self, Message};
use service_kit::{Timestamp, WriteTransaction};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{Offering, OrganizationId, Status};
use crate::error::InvitationError;
use crate::store::{DbErr, invitations, invite_links, joins};

/// The intent to look whether the offer stands, and to close it if not. The key is the offer's id while it is being
/// made, and `<id>:ended` once it has ended.
pub const SETTLE_OFFER: &str = "settle-offer";

/// What the intent tells: there may be no invitation and no link to read it from.
#[derive(Serialize, Deserialize)]
pub struct OpenedOffer {
    offer_id: Uuid,
    organization_id: Uuid,
}

/// To be called in every transaction that ends an invitation or a link otherwise than by its expiry.
pub async fn end_offer(transaction: &WriteTransaction, offering: &Offering, now: Timestamp) -> Result<(), DbErr> {
    if offering.has_custom_roles() { append_ended(transaction, offering, now).await } else { Ok(()) }
}

/// Closes the offer unless an open invitation or a live link makes it. Repeating it is safe at any time: what is sent
/// again or turned on again offers under another id, so an offer that has ended does not come back.
pub async fn settle_offer(context: &Context, offer: &OpenedOffer) -> Result<(), InvitationError> {
    if stands(context, offer.offer_id).await? {
        return Ok(());
    }
    context.organizations.close_offer(offer.offer_id, OrganizationId::from(offer.organization_id)).await
}

async fn stands(context: &Context, id: Uuid) -> Result<bool, DbErr> {
    let (reader, now) = (context.database.reader(), context.clock.now());
    if let Some(invitation) = invitations::find_by_offer(reader, id).await? {
        return Ok(invitation.status(now) == Status::Pending);
    }
    let Some(link) = invite_links::find_by_offer(reader, id).await? else { return Ok(false) };
    Ok(link.is_live(joins::count_joined(reader, link.id).await?, now))
}

pub(super) async fn append_ended(
    transaction: &WriteTransaction,
    offering: &Offering,
    now: Timestamp,
) -> Result<(), DbErr> {
    outbox::append(transaction, intent(offering, format!("{}:ended", offering.id), now), now).await
}

pub(super) fn intent(offering: &Offering, key: String, due: Timestamp) -> Message {
    let payload = json!(OpenedOffer { offer_id: offering.id, organization_id: offering.organization_id.uuid() });
    Message { topic: SETTLE_OFFER, key, payload, due }
}
