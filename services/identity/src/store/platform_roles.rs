//! Who holds which platform role. A user's roles change only while the user's row is locked.

use std::collections::HashMap;

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use service_kit::WriteTransaction;
use uuid::Uuid;

use super::entity::platform_role::{ActiveModel, Column, Entity};
use crate::domain::platform_role::PlatformRole;
use crate::domain::user::UserId;

/// Codes of the roles that these users hold, sorted.
pub async fn of_users(
    connection: &impl ConnectionTrait,
    users: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<String>>, DbErr> {
    let mut roles: HashMap<Uuid, Vec<String>> = HashMap::new();
    let of_users = Entity::find().filter(Column::UserId.is_in(users)).order_by_asc(Column::Code);
    for row in of_users.all(connection).await? {
        roles.entry(row.user_id).or_default().push(row.code);
    }
    Ok(roles)
}

/// Whoever holds the role, whatever the status of their accounts.
pub async fn holders(connection: &impl ConnectionTrait, role: PlatformRole) -> Result<Vec<UserId>, DbErr> {
    let rows = Entity::find().filter(Column::Code.eq(role.code())).order_by_asc(Column::UserId).all(connection).await?;
    Ok(rows.into_iter().map(|row| UserId::from(row.user_id)).collect())
}

/// Gives roles to a user who holds none.
pub async fn insert(transaction: &WriteTransaction, user_id: UserId, codes: &[String]) -> Result<(), DbErr> {
    for code in codes {
        let role = ActiveModel { user_id: Set(user_id.uuid()), code: Set(code.clone()) };
        Entity::insert(role).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Takes every role from a user.
pub async fn remove_all(transaction: &WriteTransaction, user_id: UserId) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::UserId.eq(user_id.uuid())).exec(transaction).await.map(|_| ())
}
