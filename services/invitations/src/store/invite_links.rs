//! Links by organization and by secret, the counts of their uses and of the sign-ups by them, and whether they let people
//! in.

mod counts;
mod switches;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Id, SecretToken, WriteTransaction};
use uuid::Uuid;

use crate::domain::{InviteLink, InviteLinkId, OrganizationId, Switch, UserId};
use crate::store::entity::invite_link::{Column, Entity, Model};
use crate::store::{read_role_ids, void_causes, write_role_ids};

pub use counts::{give_sign_up_back, give_use_back, take_sign_up, take_use};
pub use switches::{revoke, turn_off, turn_on};

/// What the stored hash of a link's secret is made for.
const TOKEN_PURPOSE: &str = "invite-link";

/// Adds a link.
pub async fn insert(transaction: &WriteTransaction, link: &InviteLink, token: &SecretToken) -> Result<(), DbErr> {
    let row = Model {
        id: link.id.uuid(),
        organization_id: link.organization_id.uuid(),
        organization_name: link.organization_name.clone(),
        role_ids: write_role_ids(&link.role_ids)?,
        token_hash: token.hash(TOKEN_PURPOSE),
        max_uses: link.max_uses,
        uses: link.uses,
        sign_ups: 0,
        is_active: link.switch == Switch::On,
        is_revoked: false,
        void_cause: None,
        expires_ms: link.expires,
        created_by: link.created_by.uuid(),
        created_ms: link.created,
        offer_id: link.offer_id,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Whatever organization it belongs to: for the relay.
pub async fn find_by_id(connection: &impl ConnectionTrait, id: InviteLinkId) -> Result<Option<InviteLink>, DbErr> {
    Entity::find_by_id(id.uuid()).one(connection).await?.map(read).transpose()
}

/// A link of this organization.
pub async fn find(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<Option<InviteLink>, DbErr> {
    let found = Entity::find_by_id(id.uuid()).filter(Column::OrganizationId.eq(organization.uuid()));
    found.one(connection).await?.map(read).transpose()
}

/// The link whose roles are offered, or were last offered, under this id: for the relay.
pub async fn find_by_offer(connection: &impl ConnectionTrait, offer_id: Uuid) -> Result<Option<InviteLink>, DbErr> {
    let under_its_own = Condition::all().add(Column::Id.eq(offer_id)).add(Column::OfferId.is_null());
    let found = Entity::find().filter(Condition::any().add(Column::OfferId.eq(offer_id)).add(under_its_own));
    found.one(connection).await?.map(read).transpose()
}

/// The link of which this is the secret.
pub async fn find_by_token(
    connection: &impl ConnectionTrait,
    token: &SecretToken,
) -> Result<Option<InviteLink>, DbErr> {
    let found = Entity::find().filter(Column::TokenHash.eq(token.hash(TOKEN_PURPOSE)));
    found.one(connection).await?.map(read).transpose()
}

/// Like `find_by_token`; other writers of this link wait until the transaction ends.
pub async fn lock_by_token(transaction: &WriteTransaction, token: &SecretToken) -> Result<Option<InviteLink>, DbErr> {
    let found = Entity::find().filter(Column::TokenHash.eq(token.hash(TOKEN_PURPOSE))).lock_exclusive();
    found.one(transaction).await?.map(read).transpose()
}

/// A link of this organization; other writers of it wait until the transaction ends.
pub async fn lock(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<Option<InviteLink>, DbErr> {
    let found = Entity::find_by_id(id.uuid()).filter(Column::OrganizationId.eq(organization.uuid())).lock_exclusive();
    found.one(transaction).await?.map(read).transpose()
}

/// The organization's links, newest first, made before this one.
pub async fn list(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<InviteLink>, DbErr> {
    let mut select = Entity::find().filter(Column::OrganizationId.eq(organization.uuid()));
    if let Some(id) = before {
        select = select.filter(Column::Id.lt(id));
    }
    let rows = select.order_by_desc(Column::Id).limit(limit).all(connection).await?;
    rows.into_iter().map(read).collect()
}

/// The links that the user made, newest first.
pub async fn list_created(
    connection: &impl ConnectionTrait,
    user: UserId,
    limit: u64,
) -> Result<Vec<InviteLink>, DbErr> {
    let of_user = Entity::find().filter(Column::CreatedBy.eq(user.uuid()));
    let rows = of_user.order_by_desc(Column::Id).limit(limit).all(connection).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Model) -> Result<InviteLink, DbErr> {
    let switch = match (row.is_revoked, row.is_active) {
        (true, _) => Switch::Revoked { cause: void_causes::read(row.void_cause)? },
        (false, true) => Switch::On,
        (false, false) => Switch::Off,
    };
    Ok(InviteLink {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        organization_name: row.organization_name,
        role_ids: read_role_ids(&row.role_ids)?,
        switch,
        max_uses: row.max_uses,
        uses: row.uses,
        expires: row.expires_ms,
        created_by: Id::from(row.created_by),
        offer_id: row.offer_id,
        created: row.created_ms,
    })
}
