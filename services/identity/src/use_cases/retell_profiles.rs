//! Lets organizations hear of every account anew, whatever it has heard before.

use service_kit::{Database, Timestamp};

use super::record_profile::request_recording;
use crate::error::IdentityError;
use crate::store::users;

/// Accounts in one transaction, so that nobody waits long for it.
const AT_ONCE: u64 = 200;

/// For identity's database that was put back, or organizations': organizations may know later states of accounts than identity does, and
/// would take what identity tells next for old news. So every profile gets a version that counts from the present instant, beyond
/// whatever was counted one by one before, and the intent of telling it. May be repeated after a crash.
pub async fn retell_profiles(database: &Database, now: Timestamp) -> Result<(), IdentityError> {
    let mut last = None;
    loop {
        let transaction = database.begin_write().await?;
        let (ids, version) = users::raise_profile_versions(&transaction, last, now.millis(), AT_ONCE).await?;
        for id in &ids {
            request_recording(&transaction, *id, version, now, now).await?;
        }
        transaction.commit().await?;
        match ids.last() {
            Some(id) => last = Some(*id),
            None => return Ok(()),
        }
    }
}
