//! Accounts. Deleted ones are found by nobody.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use service_kit::database::is_unique_violation;
use service_kit::{Timestamp, WriteTransaction};
use uuid::Uuid;

use super::entity::user::{ActiveModel, Column, Entity, Model};
use super::platform_roles;
use crate::domain::user::{Names, OrganizationId, User, UserId, UserStatus};

const ACTIVE: &str = "active";
const SUSPENDING: &str = "suspending";
const SUSPENDED: &str = "suspended";
const DEPARTING: &str = "departing";
const DELETED: &str = "deleted";

/// The user of this id.
pub async fn find(connection: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, DbErr> {
    let row = Entity::find_by_id(id.uuid()).one(connection).await?;
    with_roles(connection, row).await
}

/// The user of this id, unchanged by others until the transaction ends.
pub async fn lock(transaction: &WriteTransaction, id: UserId) -> Result<Option<User>, DbErr> {
    let row = Entity::find_by_id(id.uuid()).lock_exclusive().one(transaction).await?;
    with_roles(transaction, row).await
}

/// The user of this address, given in its canonical form.
pub async fn find_by_email(connection: &impl ConnectionTrait, email: &str) -> Result<Option<User>, DbErr> {
    let row = Entity::find().filter(Column::Email.eq(email)).one(connection).await?;
    with_roles(connection, row).await
}

/// Those of the users that exist.
pub async fn find_many(connection: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<User>, DbErr> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(connection).await?;
    read_all(connection, rows).await
}

/// Those of the users that exist, unchanged by others until the transaction ends. Locked in the order of their ids: whoever
/// needs several at once takes them in this one call.
pub async fn lock_many(transaction: &WriteTransaction, ids: &[UserId]) -> Result<Vec<User>, DbErr> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = Entity::find().filter(Column::Id.is_in(ids)).order_by_asc(Column::Id).lock_exclusive();
    let rows = rows.all(transaction).await?;
    read_all(transaction, rows).await
}

/// Stores a new account with its roles; false when its address has one.
pub async fn insert(transaction: &WriteTransaction, user: &User) -> Result<bool, DbErr> {
    let row = ActiveModel {
        id: Set(user.id.uuid()),
        email: Set(Some(user.email.clone())),
        email_verified: Set(user.email_verified),
        password_hash: Set(user.password_hash.clone()),
        credential_generation: Set(user.credential_generation),
        first_name: Set(user.names.first.clone()),
        last_name: Set(user.names.last.clone()),
        display_name: Set(user.names.display.clone()),
        status: Set(word(user.status).to_owned()),
        personal_organization_id: Set(user.personal_organization_id.uuid()),
        provisioned_ms: Set(user.is_provisioned.then_some(user.created)),
        profile_version: Set(user.profile_version),
        created_ms: Set(user.created),
        updated_ms: Set(user.updated),
        last_login_ms: Set(user.last_login),
    };
    let once_per_address = OnConflict::column(Column::Email).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(once_per_address).exec_without_returning(transaction).await?;
    if inserted == 0 {
        return Ok(false);
    }
    platform_roles::insert(transaction, user.id, &user.roles).await?;
    Ok(true)
}

/// Notes that organizations has made the personal organization.
pub async fn mark_provisioned(transaction: &WriteTransaction, id: UserId, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::ProvisionedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::ProvisionedMs.is_null())
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Notes a sign-in.
pub async fn note_login(transaction: &WriteTransaction, id: UserId, now: Timestamp) -> Result<(), DbErr> {
    let update = Entity::update_many().col_expr(Column::LastLoginMs, Expr::value(now));
    update.filter(Column::Id.eq(id.uuid())).exec(transaction).await.map(|_| ())
}

/// Notes that the address is proven.
pub async fn mark_verified(transaction: &WriteTransaction, id: UserId, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EmailVerified, Expr::value(true))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Replaces the names.
pub async fn rename(transaction: &WriteTransaction, id: UserId, names: Names, now: Timestamp) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::FirstName, Expr::value(names.first))
        .col_expr(Column::LastName, Expr::value(names.last))
        .col_expr(Column::DisplayName, Expr::value(names.display))
        .col_expr(Column::ProfileVersion, Expr::col(Column::ProfileVersion).add(1))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Stores the hash of a new password, with which a new generation of credentials begins.
pub async fn replace_password(
    transaction: &WriteTransaction,
    id: UserId,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(password_hash))
        .col_expr(Column::CredentialGeneration, Expr::col(Column::CredentialGeneration).add(1))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Puts another hash of the same password in the place of this one, if it is still there.
pub async fn renew_hash(transaction: &WriteTransaction, id: UserId, old: &str, renewed: &str) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(renewed))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::PasswordHash.eq(old))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Gives the account another address, which is proven; false when somebody else was faster with it, and
/// then the transaction is lost.
pub async fn change_email(
    transaction: &WriteTransaction,
    id: UserId,
    email: &str,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .col_expr(Column::Email, Expr::value(email))
        .col_expr(Column::EmailVerified, Expr::value(true))
        .col_expr(Column::ProfileVersion, Expr::col(Column::ProfileVersion).add(1))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await;
    match changed {
        Err(error) if is_unique_violation(&error) => Ok(false),
        other => other.map(|_| true),
    }
}

/// Moves an account from one status to another; false when it was not in the first.
pub async fn change_status(
    transaction: &WriteTransaction,
    id: UserId,
    from: UserStatus,
    to: UserStatus,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .col_expr(Column::Status, Expr::value(word(to)))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::Status.eq(word(from)))
        .exec(transaction)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Moves an account as it was read to another status, which organizations has to hear of; false when it has changed since.
pub async fn change_standing(
    transaction: &WriteTransaction,
    user: &User,
    to: UserStatus,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .col_expr(Column::Status, Expr::value(word(to)))
        .col_expr(Column::ProfileVersion, Expr::value(user.profile_version + 1))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(user.id.uuid()))
        .filter(Column::Status.eq(word(user.status)))
        .filter(Column::ProfileVersion.eq(user.profile_version))
        .exec(transaction)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Notes that something has changed about an account whose row is locked, which organizations is to hear of.
pub async fn touch_profile(transaction: &WriteTransaction, user: &User, now: Timestamp) -> Result<(), DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .col_expr(Column::ProfileVersion, Expr::value(user.profile_version + 1));
    update.filter(Column::Id.eq(user.id.uuid())).exec(transaction).await.map(|_| ())
}

/// Gives up to `limit` accounts that are not deleted, those after the one named in the order of their ids, the same profile version:
/// this one, or a higher one if any of them has had it. Answers who they are, and the version.
pub async fn raise_profile_versions(
    transaction: &WriteTransaction,
    after: Option<UserId>,
    at_least: i64,
    limit: u64,
) -> Result<(Vec<UserId>, i64), DbErr> {
    let mut page = Entity::find().select_only().columns([Column::Id, Column::ProfileVersion]);
    page = page.filter(Column::Status.ne(DELETED));
    if let Some(after) = after {
        page = page.filter(Column::Id.gt(after.uuid()));
    }
    let page = page.order_by_asc(Column::Id).limit(limit).lock_exclusive();
    let found: Vec<(Uuid, i64)> = page.into_tuple().all(transaction).await?;
    let version = found.iter().map(|(_, version)| version + 1).fold(at_least, Ord::max);
    let ids: Vec<Uuid> = found.into_iter().map(|(id, _)| id).collect();
    let raise = Entity::update_many().col_expr(Column::ProfileVersion, Expr::value(version));
    raise.filter(Column::Id.is_in(ids.iter().copied())).exec(transaction).await?;
    Ok((ids.into_iter().map(UserId::from).collect(), version))
}

/// Removes everything personal and frees the address; the bare row stays so that its ids never come
/// back.
pub async fn erase(transaction: &WriteTransaction, id: UserId, now: Timestamp) -> Result<(), DbErr> {
    platform_roles::remove_all(transaction, id).await?;
    let nothing = || Expr::value(Option::<String>::None);
    Entity::update_many()
        .col_expr(Column::Email, nothing())
        .col_expr(Column::EmailVerified, Expr::value(false))
        .col_expr(Column::PasswordHash, nothing())
        .col_expr(Column::CredentialGeneration, Expr::col(Column::CredentialGeneration).add(1))
        .col_expr(Column::FirstName, nothing())
        .col_expr(Column::LastName, nothing())
        .col_expr(Column::DisplayName, nothing())
        .col_expr(Column::Status, Expr::value(DELETED))
        .col_expr(Column::UpdatedMs, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .exec(transaction)
        .await
        .map(|_| ())
}

async fn with_roles(connection: &impl ConnectionTrait, row: Option<Model>) -> Result<Option<User>, DbErr> {
    let Some(row) = row else { return Ok(None) };
    Ok(read_all(connection, vec![row]).await?.pop())
}

/// Accounts with their roles, in the order of the rows.
pub(super) async fn read_all(connection: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<User>, DbErr> {
    let mut roles = platform_roles::of_users(connection, rows.iter().map(|row| row.id).collect()).await?;
    let read_row = |row: Model| {
        let roles = roles.remove(&row.id).unwrap_or_default();
        read(row, roles)
    };
    Ok(rows.into_iter().filter_map(read_row).collect())
}

pub(super) const fn word(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => ACTIVE,
        UserStatus::Suspending => SUSPENDING,
        UserStatus::Suspended => SUSPENDED,
        UserStatus::Departing => DEPARTING,
    }
}

/// `None` for a deleted account, and for a word of a later version: unknown means unusable.
fn read(row: Model, roles: Vec<String>) -> Option<User> {
    let status = match row.status.as_str() {
        ACTIVE => UserStatus::Active,
        SUSPENDING => UserStatus::Suspending,
        SUSPENDED => UserStatus::Suspended,
        DEPARTING => UserStatus::Departing,
        _ => return None,
    };
    Some(User {
        id: UserId::from(row.id),
        email: row.email?,
        email_verified: row.email_verified,
        password_hash: row.password_hash,
        credential_generation: row.credential_generation,
        names: Names { first: row.first_name, last: row.last_name, display: row.display_name },
        status,
        personal_organization_id: OrganizationId::from(row.personal_organization_id),
        is_provisioned: row.provisioned_ms.is_some(),
        profile_version: row.profile_version,
        roles,
        created: row.created_ms,
        updated: row.updated_ms,
        last_login: row.last_login_ms,
    })
}
