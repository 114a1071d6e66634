//! Every change is one guarded statement: it says what the row must be, and whether it was.

use mail::Address;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set, UpdateMany};
use service_kit::{SecretToken, Timestamp, WriteTransaction};

use crate::domain::{Cause, Claim, Invitation, InvitationId, OrganizationId};
use crate::store::entity::invitation::{ActiveModel, Column, Entity, Model};
use crate::store::entity::inviting_organization;
use crate::store::invitations::{ACCEPTED, ACCEPTING, DECLINED, PENDING, REVOKED, TOKEN_PURPOSE, read};
use crate::store::{replaced_tokens, void_causes, write_role_ids};

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
        claim_id: None,
        accepted_ms: None,
        created_ms: invitation.created,
        lifetime_ms: write_lifetime(invitation),
        generation: invitation.generation,
        offer_id: invitation.offer_id,
        void_cause: None,
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
    Ok(revoke(transaction, &replaced, Cause::Superseded).await?.then_some(replaced))
}

/// Takes a pending invitation; `false` when it is not pending or has expired.
pub async fn claim(
    transaction: &WriteTransaction,
    id: InvitationId,
    claim: Claim,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let claimed = Entity::update_many()
        .col_expr(Column::Status, Expr::value(ACCEPTING))
        .col_expr(Column::AcceptingUserId, Expr::value(claim.by.uuid()))
        .col_expr(Column::ClaimId, Expr::value(claim.join.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.eq(PENDING))
        .filter(Column::ExpiresMs.gt(now))
        .exec(transaction)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Records that the membership exists, whatever became of the invitation meanwhile: the membership is
/// the truth. `false` when that is recorded already.
pub async fn record_accepted(
    transaction: &WriteTransaction,
    id: InvitationId,
    claim: Claim,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let accepted = Entity::update_many()
        .col_expr(Column::Status, Expr::value(ACCEPTED))
        .col_expr(Column::AcceptingUserId, Expr::value(claim.by.uuid()))
        .col_expr(Column::ClaimId, Expr::value(claim.join.uuid()))
        .col_expr(Column::AcceptedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.ne(ACCEPTED))
        .exec(transaction)
        .await?;
    Ok(accepted.rows_affected == 1)
}

/// Ends the claim without a membership: the invitation waits again.
pub async fn release(transaction: &WriteTransaction, invitation: &Invitation, claim: Claim) -> Result<(), DbErr> {
    claimed(invitation, claim).col_expr(Column::Status, Expr::value(PENDING)).exec(transaction).await.map(|_| ())
}

/// Ends the claim without a membership, and the invitation with it; `false` when there is no such claim any more.
pub async fn end_claim(
    transaction: &WriteTransaction,
    invitation: &Invitation,
    claim: Claim,
    cause: Option<Cause>,
) -> Result<bool, DbErr> {
    let void = claimed(invitation, claim)
        .col_expr(Column::Status, Expr::value(REVOKED))
        .col_expr(Column::VoidCause, Expr::value(void_causes::write(cause)));
    Ok(void.exec(transaction).await?.rows_affected == 1)
}

/// The claim of the invitation as it was sent then, which nobody holds after the statement.
fn claimed(invitation: &Invitation, claim: Claim) -> UpdateMany<Entity> {
    as_sent(invitation, ACCEPTING)
        .filter(Column::ClaimId.eq(claim.join.uuid()))
        .col_expr(Column::AcceptingUserId, Expr::value(None::<uuid::Uuid>))
        .col_expr(Column::ClaimId, Expr::value(None::<uuid::Uuid>))
}

/// Declines a pending invitation; `false` when it is not pending.
pub async fn decline(transaction: &WriteTransaction, invitation: &Invitation) -> Result<bool, DbErr> {
    let declined = as_sent(invitation, PENDING).col_expr(Column::Status, Expr::value(DECLINED));
    Ok(declined.exec(transaction).await?.rows_affected == 1)
}

/// Ends a pending invitation; `false` when it is not pending, or has been sent again.
pub async fn revoke(transaction: &WriteTransaction, invitation: &Invitation, cause: Cause) -> Result<bool, DbErr> {
    let revoked = as_sent(invitation, PENDING)
        .col_expr(Column::Status, Expr::value(REVOKED))
        .col_expr(Column::VoidCause, Expr::value(cause.word()));
    Ok(revoked.exec(transaction).await?.rows_affected == 1)
}

/// Gives a pending invitation, which is locked, its next secret and its new terms; `false` when it is not pending.
pub async fn send_again(
    transaction: &WriteTransaction,
    before: &Invitation,
    again: &Invitation,
    token: &SecretToken,
) -> Result<bool, DbErr> {
    let Some(row) = Entity::find_by_id(before.id.uuid()).one(transaction).await? else { return Ok(false) };
    let terms = ActiveModel {
        organization_name: Set(again.organization_name.clone()),
        invited_by: Set(again.invited_by.uuid()),
        token_hash: Set(token.hash(TOKEN_PURPOSE)),
        expires_ms: Set(again.expires),
        generation: Set(again.generation),
        offer_id: Set(again.offer_id),
        ..ActiveModel::default()
    };
    let sent = as_sent(before, PENDING).set(terms).exec(transaction).await?;
    if sent.rows_affected == 0 {
        return Ok(false);
    }
    replaced_tokens::keep(transaction, row.token_hash, before.id).await?;
    Ok(true)
}

/// The row of the invitation if it is in this status and has not been sent again.
fn as_sent(invitation: &Invitation, status: &str) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::OrganizationId.eq(invitation.organization_id.uuid()))
        .filter(Column::Id.eq(invitation.id.uuid()))
        .filter(Column::Generation.eq(invitation.generation))
        .filter(Column::Status.eq(status))
}

fn write_lifetime(invitation: &Invitation) -> i64 {
    i64::try_from(invitation.lifetime.as_millis()).unwrap_or(i64::MAX)
}
