//! Brings the joins under way by a link that was turned off to their end.

use crate::context::Context;
use crate::domain::{Caller, InviteLink, Trail};
use crate::error::InvitationError;
use crate::store::joins;
use crate::use_cases::finish_join;

/// How many are read at once.
const SOME: u64 = 50;

/// When this has succeeded, nobody joins by the link any more: whoever was about to is a member or never will be. To be
/// called with the link as it is once it is off, so that none is added; repeating it is safe.
pub async fn end_joins(context: &Context, link: &InviteLink) -> Result<(), InvitationError> {
    loop {
        let under_way = joins::list_under_way(context.database.reader(), link.id, SOME).await?;
        if under_way.is_empty() {
            return Ok(());
        }
        for join in under_way {
            let trail = Trail::of(&Caller::absent(join.user_id));
            match finish_join(context, link, &join, &trail).await {
                Ok(_) | Err(InvitationError::Refused(_) | InvitationError::Upstream(_)) => {}
                Err(error @ (InvitationError::Unanswered(_) | InvitationError::Internal(_))) => return Err(error),
            }
        }
    }
}
