//! How far mails are. What becomes of a mail is recorded only while it is the newest of its invitation.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, UpdateMany};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::{InvitationId, MailDelivery, MailProblem, MailState};
use crate::store::entity::mail_delivery::{Column, Entity, Model};

const QUEUED: &str = "queued";
const SENT: &str = "sent";
const FAILED: &str = "failed";

/// A mail, by its invitation and the name of the intent to send it.
#[derive(Clone, Copy, Debug)]
pub struct MailName<'key> {
    pub invitation: InvitationId,
    pub key: &'key str,
}

/// Notes a mail that is about to be sent, in the place of an older one.
pub async fn queue(transaction: &WriteTransaction, mail: MailName<'_>, now: Timestamp) -> Result<(), DbErr> {
    let row = Model {
        invitation_id: mail.invitation.uuid(),
        mail_key: mail.key.to_owned(),
        status: QUEUED.to_owned(),
        attempts: 0,
        problem: None,
        queued_ms: now,
        settled_ms: None,
    };
    let replaced = OnConflict::column(Column::InvitationId)
        .update_columns([
            Column::MailKey,
            Column::Status,
            Column::Attempts,
            Column::Problem,
            Column::QueuedMs,
            Column::SettledMs,
        ])
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(replaced).exec_without_returning(transaction).await?;
    Ok(())
}

/// Counts a try that failed, and why.
pub async fn record_try(transaction: &WriteTransaction, mail: MailName<'_>, problem: MailProblem) -> Result<(), DbErr> {
    let tried = of(mail)
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::Problem, Expr::value(problem.word()))
        .filter(Column::Status.eq(QUEUED));
    tried.exec(transaction).await.map(|_| ())
}

/// Records that a mail server has taken it, also when it had been given up.
pub async fn record_sent(transaction: &WriteTransaction, mail: MailName<'_>, now: Timestamp) -> Result<(), DbErr> {
    let sent = of(mail)
        .col_expr(Column::Status, Expr::value(SENT))
        .col_expr(Column::SettledMs, Expr::value(now))
        .filter(Column::Status.ne(SENT));
    sent.exec(transaction).await.map(|_| ())
}

/// Records that it is not tried any more.
pub async fn record_failed(transaction: &WriteTransaction, mail: MailName<'_>, now: Timestamp) -> Result<(), DbErr> {
    let failed = of(mail)
        .col_expr(Column::Status, Expr::value(FAILED))
        .col_expr(Column::SettledMs, Expr::value(now))
        .filter(Column::Status.eq(QUEUED));
    failed.exec(transaction).await.map(|_| ())
}

/// Forgets a mail that nobody needs any more.
pub async fn remove_queued(transaction: &WriteTransaction, mail: MailName<'_>) -> Result<(), DbErr> {
    let queued = Entity::delete_many()
        .filter(Column::InvitationId.eq(mail.invitation.uuid()))
        .filter(Column::MailKey.eq(mail.key))
        .filter(Column::Status.eq(QUEUED));
    queued.exec(transaction).await.map(|_| ())
}

/// The mails of these invitations, as far as there are any.
pub async fn find_of(
    connection: &impl ConnectionTrait,
    invitations: &[InvitationId],
) -> Result<HashMap<InvitationId, MailDelivery>, DbErr> {
    let of_invitations = Entity::find().filter(Column::InvitationId.is_in(invitations.iter().map(|id| id.uuid())));
    let rows = of_invitations.all(connection).await?;
    rows.into_iter().map(|row| Ok((InvitationId::from(row.invitation_id), read(row)?))).collect()
}

fn of(mail: MailName<'_>) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::InvitationId.eq(mail.invitation.uuid())).filter(Column::MailKey.eq(mail.key))
}

fn read(row: Model) -> Result<MailDelivery, DbErr> {
    let unreadable = || DbErr::Type("the state of a mail cannot be read".to_owned());
    let state = match (row.status.as_str(), row.settled_ms) {
        (QUEUED, _) => MailState::Queued,
        (SENT, Some(at)) => MailState::Sent { at },
        (FAILED, Some(at)) => MailState::Failed { at },
        _ => return Err(unreadable()),
    };
    let problem = row.problem.map(|word| MailProblem::from_word(&word).ok_or_else(unreadable)).transpose()?;
    Ok(MailDelivery { state, attempts: row.attempts, problem })
}
