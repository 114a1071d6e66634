//! Credit accounts and the ledger that explains them.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::{Id, WriteTransaction};
use uuid::Uuid;

use crate::domain::{Account, Entry, OrganizationId, Reason};
use crate::store::entity::{credit_account, ledger_entry};

/// What the organization has; `None` before anybody did anything with its credits.
pub async fn find_account(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<Account>, DbErr> {
    let row = credit_account::Entity::find_by_id(organization.uuid()).one(connection).await?;
    Ok(row.map(read_account))
}

/// The organization's account, opened when it has none. Other writers of the organization's billing
/// wait until this transaction ends.
pub async fn lock_account(transaction: &WriteTransaction, organization: OrganizationId) -> Result<Account, DbErr> {
    let empty =
        credit_account::Model { organization_id: organization.uuid(), balance: 0, overdraft_limit: 0, entries: 0 };
    credit_account::Entity::insert(empty.into_active_model())
        .on_conflict(OnConflict::column(credit_account::Column::OrganizationId).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    let row = credit_account::Entity::find_by_id(organization.uuid())
        .lock_exclusive()
        .one(transaction)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("a credit account that was just opened".to_owned()))?;
    Ok(read_account(row))
}

/// Says how far below zero charges may take the balance. The account must be locked.
pub async fn set_overdraft(
    transaction: &WriteTransaction,
    organization: OrganizationId,
    limit: i64,
) -> Result<(), DbErr> {
    credit_account::Entity::update_many()
        .col_expr(credit_account::Column::OverdraftLimit, Expr::value(limit))
        .filter(credit_account::Column::OrganizationId.eq(organization.uuid()))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The entry that a request id stands for, whatever organization it belongs to.
pub async fn find_by_request(connection: &impl ConnectionTrait, request_uuid: Uuid) -> Result<Option<Entry>, DbErr> {
    let row =
        ledger_entry::Entity::find().filter(ledger_entry::Column::RequestUuid.eq(request_uuid)).one(connection).await?;
    row.map(read).transpose()
}

/// Adds an entry and moves the balance from where it was under the lock. `false` when another
/// organization took the request id meanwhile; then nothing may be committed.
pub async fn append(transaction: &WriteTransaction, entry: &Entry) -> Result<bool, DbErr> {
    let row = ledger_entry::Model {
        id: entry.id.uuid(),
        organization_id: entry.organization_id.uuid(),
        number: entry.number,
        amount_delta: entry.amount_delta,
        reason: entry.reason.word().to_owned(),
        note: entry.note.clone(),
        balance_after: entry.balance_after,
        request_uuid: entry.request_uuid,
        created_ms: entry.created,
    };
    let inserted = ledger_entry::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(ledger_entry::Column::RequestUuid).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    if inserted == 0 {
        return Ok(false);
    }
    let mut moving = credit_account::Entity::update_many()
        .col_expr(credit_account::Column::Balance, Expr::value(entry.balance_after))
        .col_expr(credit_account::Column::Entries, Expr::value(entry.number))
        .filter(credit_account::Column::OrganizationId.eq(entry.organization_id.uuid()))
        .filter(credit_account::Column::Balance.eq(entry.balance_after - entry.amount_delta))
        .filter(credit_account::Column::Entries.eq(entry.number - 1));
    if entry.amount_delta < 0 {
        // Says once more, and to the database, that nobody takes what is not there.
        moving = moving.filter(credit_account::Column::OverdraftLimit.gte(-entry.balance_after));
    }
    let moved = moving.exec(transaction).await?;
    if moved.rows_affected == 1 { Ok(true) } else { Err(DbErr::RecordNotUpdated) }
}

/// The organization's entries, newest first, older than this number.
pub async fn list(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let mut select = ledger_entry::Entity::find().filter(ledger_entry::Column::OrganizationId.eq(organization.uuid()));
    if let Some(number) = before {
        select = select.filter(ledger_entry::Column::Number.lt(number));
    }
    let rows = select.order_by_desc(ledger_entry::Column::Number).limit(limit).all(connection).await?;
    rows.into_iter().map(read).collect()
}

/// The organization's entries from this number on, oldest first.
pub async fn list_from(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    number: i64,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let rows = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::OrganizationId.eq(organization.uuid()))
        .filter(ledger_entry::Column::Number.gte(number))
        .order_by_asc(ledger_entry::Column::Number)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The next organization by id that has an account or entries.
pub async fn next_organization(
    connection: &impl ConnectionTrait,
    after: Option<OrganizationId>,
) -> Result<Option<OrganizationId>, DbErr> {
    let mut accounts = credit_account::Entity::find().order_by_asc(credit_account::Column::OrganizationId);
    let mut entries = ledger_entry::Entity::find().order_by_asc(ledger_entry::Column::OrganizationId);
    if let Some(after) = after {
        accounts = accounts.filter(credit_account::Column::OrganizationId.gt(after.uuid()));
        entries = entries.filter(ledger_entry::Column::OrganizationId.gt(after.uuid()));
    }
    let account = accounts.limit(1).one(connection).await?.map(|row| row.organization_id);
    let entry = entries.limit(1).one(connection).await?.map(|row| row.organization_id);
    Ok(account.into_iter().chain(entry).min().map(Id::from))
}

fn read_account(row: credit_account::Model) -> Account {
    Account {
        organization_id: Id::from(row.organization_id),
        balance: row.balance,
        overdraft_limit: row.overdraft_limit,
        entries: row.entries,
    }
}

fn read(row: ledger_entry::Model) -> Result<Entry, DbErr> {
    let reason = Reason::ALL
        .into_iter()
        .find(|reason| reason.word() == row.reason)
        .ok_or_else(|| DbErr::Type("an entry's reason is unknown".to_owned()))?;
    Ok(Entry {
        id: Id::from(row.id),
        organization_id: Id::from(row.organization_id),
        number: row.number,
        amount_delta: row.amount_delta,
        reason,
        note: row.note,
        balance_after: row.balance_after,
        request_uuid: row.request_uuid,
        created: row.created_ms,
    })
}
