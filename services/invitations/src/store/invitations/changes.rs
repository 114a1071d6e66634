//! Every change is one guarded statement: it says what the row must be, and whether it was.

use mail::Address;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use service_kit::{SecretToken, Timestamp, WriteTransaction};

use crate::domain::{Invitation, InvitationId, OrganizationId, UserId};
use crate::store::entity::invitation::{Column, Entity, Model};
use crate::store::entity::inviting_organization;
use crate::store::invitations::{ACCEPTED, ACCEPTING, DECLINED, PENDING, REVOKED, TOKEN_PURPOSE, read};
use crate::store::write_role_ids;

/// Makes others who invite to this organization wait until the transaction ends.
pub async fn lock_inviting(transaction: &WriteTransaction, organization: OrganizationId) -> Result<(), DbErr> {
    let row = inviting_organization::Model { organization_id: organization.uuid() };
    inviting_organization::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    inviting_organization::Entity::find_by_id(organization.uuid()).lock_exclusive().one(transaction).await?;
    Ok(())
}

/// Adds a pending invitation; `false` when the address has an open one in the organization.
pub async fn insert(
    transaction: &WriteTransaction,
    invitation: &Invitation,
    token: &SecretToken,
) -> Result<bool, DbErr> {
    let row = Model {
        id: invitation.id.uuid(),
        organization_id: invitation.organization_id.uuid(),
        organization_name: invitation.organization_name.clone(),
        email: invitation.email.canonical().to_owned(),
        role_ids: write_role_ids(&invitation.role_ids)?,
        status: PENDING.to_owned(),
        invited_by: invitation.invited_by.uuid(),
        token_hash: token.hash(TOKEN_PURPOSE),
        expires_ms: invitation.expires,
        accepting_user_id: None,
        accepted_ms: None,
        created_ms: invitation.created,
    };
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(inserted == 1)
}

/// Withdraws the address's pending invitation and answers it, if there is one. The organization must be locked.
pub async fn replace_pending(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    email: &Address,
) -> Result<Option<Invitation>, DbErr> {
    let pending = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Email.eq(email.canonical()))
        .filter(Column::Status.eq(PENDING))
        .lock_exclusive();
    let Some(replaced) = pending.one(transaction).await?.map(read).transpose()? else { return Ok(None) };
    Ok(revoke(transaction, replaced.id).await?.then_some(replaced))
}

/// Takes a pending invitation for this user; `false` when it is not pending or has expired.
pub async fn claim(
    transaction: &WriteTransaction,
    id: InvitationId,
    user: UserId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let claimed = Entity::update_many()
        .col_expr(Column::Status, Expr::value(ACCEPTING))
        .col_expr(Column::AcceptingUserId, Expr::value(user.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.eq(PENDING))
        .filter(Column::ExpiresMs.gt(now))
        .exec(transaction)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Records that the membership exists, whatever became of the invitation meanwhile: the membership is
/// the truth.
pub async fn record_accepted(
    transaction: &WriteTransaction,
    id: InvitationId,
    user: UserId,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(ACCEPTED))
        .col_expr(Column::AcceptingUserId, Expr::value(user.uuid()))
        .col_expr(Column::AcceptedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.ne(ACCEPTED))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Ends this user's claim without a membership: the invitation waits again, or is void.
pub async fn release(
    transaction: &WriteTransaction,
    id: InvitationId,
    user: UserId,
    is_void: bool,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(if is_void { REVOKED } else { PENDING }))
        .col_expr(Column::AcceptingUserId, Expr::value(None::<uuid::Uuid>))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.eq(ACCEPTING))
        .filter(Column::AcceptingUserId.eq(user.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Declines a pending invitation; `false` when it is not pending.
pub async fn decline(transaction: &WriteTransaction, id: InvitationId) -> Result<bool, DbErr> {
    answer_pending(transaction, id, DECLINED).await
}

/// Withdraws a pending invitation; `false` when it is not pending.
pub async fn revoke(transaction: &WriteTransaction, id: InvitationId) -> Result<bool, DbErr> {
    answer_pending(transaction, id, REVOKED).await
}

async fn answer_pending(transaction: &WriteTransaction, id: InvitationId, status: &str) -> Result<bool, DbErr> {
    let answered = Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.eq(PENDING))
        .exec(transaction)
        .await?;
    Ok(answered.rows_affected == 1)
}
