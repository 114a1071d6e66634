//! Keeping what fellow members see of a user, and whether the account is in use.

use service_kit::CallOrigin;

use crate::context::Context;
use crate::domain::change::MembershipChange;
use crate::domain::trail::Trail;
use crate::domain::user::{User, UserProfile};
use crate::error::Error;
use crate::store;
use crate::use_cases::change_everywhere::change_everywhere;

/// Keeps the newest profile; one that arrives late, or after the user has departed, changes nothing. An account that goes
/// out of use takes an owner from organizations, so it passes the same rule as every other exit.
pub async fn record_profile(context: &Context, profile: UserProfile, origin: CallOrigin) -> Result<(), Error> {
    let transaction = context.database.begin_write().await?;
    let known = store::users::lock(&transaction, profile.user_id).await?;
    if known.is_some_and(|known| goes_out_of_use(&known, &profile)) {
        let (change, trail) = (MembershipChange::StopCounting, Trail::of_system(origin));
        change_everywhere(context, &transaction, profile.user_id, &change, &trail).await?;
    }
    store::users::record(&transaction, &profile).await?;
    Ok(transaction.commit().await?)
}

/// Somebody who is not known yet belongs nowhere.
fn goes_out_of_use(known: &User, arriving: &UserProfile) -> bool {
    let is_newer = known.departed.is_none() && known.profile.version < arriving.version;
    is_newer && known.profile.is_active && !arriving.is_active
}
