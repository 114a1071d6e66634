//! Invitations by organization, by the invited address, and by secret.

mod changes;
mod lists;

use std::time::Duration;

use mail::Address;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use service_kit::{Id, SecretToken, WriteTransaction};
use uuid::Uuid;

use crate::domain::{Claim, Invitation, InvitationId, OrganizationId, State, UserId};
use crate::store::entity::invitation::{Column, Entity, Model};
use crate::store::{read_role_ids, void_causes};

pub use changes::{
    claim, decline, end_claim, insert, lock_inviting, record_accepted, release, replace_pending, revoke, send_again,
};
pub use lists::{list, list_for, list_received, list_sent};

/// What the stored hash of an invitation's secret is made for.
pub(super) const TOKEN_PURPOSE: &str = "invitation";

const PENDING: &str = "pending";
const ACCEPTING: &str = "accepting";
const ACCEPTED: &str = "accepted";
const DECLINED: &str = "declined";
const REVOKED: &str = "revoked";

/// Whatever organization it belongs to: for the invited person and for the relay.
pub async fn find_by_id(connection: &impl ConnectionTrait, id: InvitationId) -> Result<Option<Invitation>, DbErr> {
    Entity::find_by_id(id.uuid()).one(connection).await?.map(read).transpose()
}

/// An invitation of this organization.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Option<Invitation>, DbErr> {
    let found = Entity::find_by_id(id.uuid()).filter(Column::OrganizationId.eq(organization.uuid()));
    found.one(connection).await?.map(read).transpose()
}

/// The invitation whose roles are offered, or were last offered, under this id: for the relay.
pub async fn find_by_offer(connection: &impl ConnectionTrait, offer_id: Uuid) -> Result<Option<Invitation>, DbErr> {
    let under_its_own = Condition::all().add(Column::Id.eq(offer_id)).add(Column::OfferId.is_null());
    let found = Entity::find().filter(Condition::any().add(Column::OfferId.eq(offer_id)).add(under_its_own));
    found.one(connection).await?.map(read).transpose()
}

/// The invitation of which this is the secret.
pub async fn find_by_token(
    connection: &impl ConnectionTrait,
    token: &SecretToken,
) -> Result<Option<Invitation>, DbErr> {
    let found = Entity::find().filter(Column::TokenHash.eq(token.hash(TOKEN_PURPOSE)));
    found.one(connection).await?.map(read).transpose()
}

/// Like `find_by_id`; other writers of this invitation wait until the transaction ends.
pub async fn lock_by_id(transaction: &WriteTransaction, id: InvitationId) -> Result<Option<Invitation>, DbErr> {
    Entity::find_by_id(id.uuid()).lock_exclusive().one(transaction).await?.map(read).transpose()
}

/// Like `find_by_token`; other writers of this invitation wait until the transaction ends.
pub async fn lock_by_token(transaction: &WriteTransaction, token: &SecretToken) -> Result<Option<Invitation>, DbErr> {
    let found = Entity::find().filter(Column::TokenHash.eq(token.hash(TOKEN_PURPOSE))).lock_exclusive();
    found.one(transaction).await?.map(read).transpose()
}

/// An invitation of this organization; other writers of it wait until the transaction ends.
pub async fn lock(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Option<Invitation>, DbErr> {
    let found = Entity::find_by_id(id.uuid()).filter(Column::OrganizationId.eq(organization.uuid())).lock_exclusive();
    found.one(transaction).await?.map(read).transpose()
}

fn read(row: Model) -> Result<Invitation, DbErr> {
    let by = row.accepting_user_id.map(UserId::from);
    let state = match (row.status.as_str(), by, row.accepted_ms) {
        (PENDING, _, _) => State::Pending,
        (ACCEPTING, Some(by), _) => State::Accepting(Claim { by, join: Id::from(row.claim_id.unwrap_or(row.id)) }),
        (ACCEPTED, Some(by), Some(at)) => State::Accepted { by, at },
        (DECLINED, _, _) => State::Declined,
        (REVOKED, _, _) => State::Revoked { cause: void_causes::read(row.void_cause)? },
        _ => return Err(DbErr::Type("an invitation's status cannot be read".to_owned())),
    };
    Ok(Invitation {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        organization_name: row.organization_name,
        email: Address::parse(&row.email).map_err(|error| DbErr::Type(error.to_string()))?,
        role_ids: read_role_ids(&row.role_ids)?,
        state,
        invited_by: Id::from(row.invited_by),
        expires: row.expires_ms,
        lifetime: Duration::from_millis(u64::try_from(row.lifetime_ms).unwrap_or(0)),
        generation: row.generation,
        offer_id: row.offer_id,
        created: row.created_ms,
    })
}
