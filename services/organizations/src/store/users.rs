//! Users as far as they are known here.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, QuerySelect, QueryTrait, Set};
use service_kit::{Timestamp, WriteTransaction};

use crate::domain::ids::UserId;
use crate::domain::user::{User, UserProfile};
use crate::store::entity::user::{ActiveModel, Column, Entity, Model};

/// Reads a user.
pub async fn find(connection: &impl ConnectionTrait, user_id: UserId) -> Result<Option<User>, DbErr> {
    let row = Entity::find_by_id(user_id.uuid()).one(connection).await?;
    Ok(row.map(User::from))
}

/// Reads a user and keeps everything waiting that adds the user somewhere or lets the user depart.
/// Comes before the lock of any organization.
pub async fn lock(transaction: &WriteTransaction, user_id: UserId) -> Result<Option<User>, DbErr> {
    let row = Entity::find_by_id(user_id.uuid()).lock_exclusive().one(transaction).await?;
    Ok(row.map(User::from))
}

/// Records a profile unless a newer one is known or the user has departed.
pub async fn record(transaction: &WriteTransaction, profile: &UserProfile) -> Result<(), DbErr> {
    let row = ActiveModel {
        user_id: Set(profile.user_id.uuid()),
        email: Set(profile.email.clone()),
        display_name: Set(profile.display_name.clone()),
        version: Set(profile.version),
        is_active: Set(profile.is_active),
        platform_roles: Set(profile.platform_roles.join(",")),
        departed_ms: Set(None),
    };
    let recorded = |column| Expr::col((Entity, column));
    let arriving = Expr::col((Alias::new("excluded"), Column::Version));
    let newer = OnConflict::column(Column::UserId)
        .update_columns([Column::Email, Column::DisplayName, Column::Version, Column::IsActive, Column::PlatformRoles])
        .action_and_where(recorded(Column::Version).lt(arriving))
        .action_and_where(recorded(Column::DepartedMs).is_null())
        .to_owned();
    let upsert = Entity::insert(row).on_conflict(newer).into_query();
    transaction.execute(&upsert).await.map(|_| ())
}

/// Makes sure that there is a row to lock, for a user who may never have been heard of.
pub async fn note(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    let row = ActiveModel {
        user_id: Set(user_id.uuid()),
        email: Set(String::new()),
        display_name: Set(None),
        version: Set(-1),
        is_active: Set(false),
        platform_roles: Set(String::new()),
        departed_ms: Set(None),
    };
    let insert =
        Entity::insert(row).on_conflict(OnConflict::column(Column::UserId).do_nothing().to_owned()).into_query();
    transaction.execute(&insert).await.map(|_| ())
}

/// Leaves a tombstone in the place of the profile.
pub async fn bury(transaction: &WriteTransaction, user_id: UserId, now: Timestamp) -> Result<(), DbErr> {
    let tombstone = ActiveModel {
        user_id: Set(user_id.uuid()),
        email: Set(String::new()),
        display_name: Set(None),
        is_active: Set(false),
        platform_roles: Set(String::new()),
        departed_ms: Set(Some(now)),
        ..Default::default()
    };
    tombstone.update(transaction).await.map(|_| ())
}

impl From<Model> for User {
    fn from(row: Model) -> Self {
        let profile = UserProfile {
            user_id: row.user_id.into(),
            email: row.email,
            display_name: row.display_name,
            version: row.version,
            is_active: row.is_active,
            platform_roles: row.platform_roles.split_terminator(',').map(str::to_owned).collect(),
        };
        Self { profile, departed: row.departed_ms }
    }
}
