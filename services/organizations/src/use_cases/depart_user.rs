//! Removing a user everywhere, for good.

use serde_json::json;
use service_kit::{CallOrigin, positions};

use crate::context::Context;
use crate::domain::change::MembershipChange;
use crate::domain::ids::UserId;
use crate::domain::trail::Trail;
use crate::error::Error;
use crate::store;
use crate::use_cases::change_everywhere::change_everywhere;

/// Who goes, and how.
pub struct Departure {
    pub user_id: UserId,
    /// Organizations that would lose their only owner stand in nobody's way.
    pub hands_over: bool,
    /// Whoever runs the deployment has it done.
    pub by_operator: bool,
}

/// Ends the user's memberships, personal organization and sole-member organizations and leaves a
/// tombstone, all or nothing. Answers the position at which the user's organization tokens end.
pub async fn depart_user(context: &Context, departure: Departure, origin: CallOrigin) -> Result<i64, Error> {
    let Departure { user_id, hands_over, by_operator } = departure;
    let trail = if by_operator {
        Trail::of_operator(origin, None)
    } else if hands_over {
        // Whoever is evicted does not go by themselves.
        Trail::of_system(origin)
    } else {
        Trail::on_behalf_of(user_id, origin)
    };
    let change = if hands_over { MembershipChange::DepartHandingOver } else { MembershipChange::Depart };
    let now = context.clock.now();
    let transaction = context.database.begin_write().await?;
    store::users::note(&transaction, user_id).await?;
    let user = store::users::lock(&transaction, user_id).await?;
    if user.is_some_and(|user| user.departed.is_some()) {
        let position = positions::current(&transaction).await?;
        transaction.commit().await?;
        return Ok(position);
    }

    change_everywhere(context, &transaction, user_id, &change, &trail).await?;
    store::users::bury(&transaction, user_id, now).await?;
    let subject = json!({ "user_id": user_id.to_string() });
    let position = positions::advance(&transaction, "user", subject, now).await?;
    store::endings::number(&transaction, position).await?;
    transaction.commit().await?;
    Ok(position)
}
