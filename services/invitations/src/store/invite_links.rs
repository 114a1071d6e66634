//! Links by organization and by secret, and the counts of their uses and of the sign-ups by them.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Id, SecretToken, Timestamp, WriteTransaction};
use uuid::Uuid;

use crate::domain::{InviteLink, InviteLinkId, OrganizationId, UserId};
use crate::store::entity::invite_link::{Column, Entity, Model};
use crate::store::{read_role_ids, write_role_ids};

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
        is_active: link.is_active,
        expires_ms: link.expires,
        created_by: link.created_by.uuid(),
        created_ms: link.created,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(transaction).await?;
    Ok(())
}

/// Whatever organization it belongs to: for the relay.
pub async fn find_by_id(connection: &impl ConnectionTrait, id: InviteLinkId) -> Result<Option<InviteLink>, DbErr> {
    Entity::find_by_id(id.uuid()).one(connection).await?.map(read).transpose()
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

/// Turns a link of this organization off; `false` when it has no such link.
pub async fn turn_off(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<bool, DbErr> {
    let turned_off = Entity::update_many()
        .col_expr(Column::IsActive, Expr::value(false))
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await?;
    Ok(turned_off.rows_affected == 1)
}

/// Counts one more use; `false` when the link does not allow it now.
pub async fn take_use(transaction: &WriteTransaction, id: InviteLinkId, now: Timestamp) -> Result<bool, DbErr> {
    take(transaction, id, Column::Uses, now).await
}

/// Counts one more sign-up; `false` when the link does not allow it now.
pub async fn take_sign_up(transaction: &WriteTransaction, id: InviteLinkId, now: Timestamp) -> Result<bool, DbErr> {
    take(transaction, id, Column::SignUps, now).await
}

async fn take(transaction: &WriteTransaction, id: InviteLinkId, count: Column, now: Timestamp) -> Result<bool, DbErr> {
    let is_left = Condition::any().add(Column::MaxUses.is_null()).add(Expr::col(count).lt(Expr::col(Column::MaxUses)));
    let is_in_time = Condition::any().add(Column::ExpiresMs.is_null()).add(Column::ExpiresMs.gt(now));
    let taken = Entity::update_many()
        .col_expr(count, Expr::col(count).add(1))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::IsActive.eq(true))
        .filter(is_left)
        .filter(is_in_time)
        .exec(transaction)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Takes back a use that came to nothing.
pub async fn give_use_back(transaction: &WriteTransaction, id: InviteLinkId) -> Result<(), DbErr> {
    count_down(transaction, id, Column::Uses).await
}

/// Takes back a sign-up that made no account.
pub async fn give_sign_up_back(transaction: &WriteTransaction, id: InviteLinkId) -> Result<(), DbErr> {
    count_down(transaction, id, Column::SignUps).await
}

async fn count_down(transaction: &WriteTransaction, id: InviteLinkId, count: Column) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(count, Expr::col(count).sub(1))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}

fn read(row: Model) -> Result<InviteLink, DbErr> {
    Ok(InviteLink {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        organization_name: row.organization_name,
        role_ids: read_role_ids(&row.role_ids)?,
        is_active: row.is_active,
        max_uses: row.max_uses,
        uses: row.uses,
        expires: row.expires_ms,
        created_by: Id::from(row.created_by),
        created: row.created_ms,
    })
}
