//! The claims about time, with the leeway that the clocks of two machines need.

use crate::VerifyError;
use crate::claims::Claims;

const LEEWAY_SECONDS: i64 = 30;

pub(super) fn check(claims: &Claims, now: i64) -> Result<(), VerifyError> {
    check_expiry(claims.exp, now)?;
    let latest_start = now.saturating_add(LEEWAY_SECONDS);
    if claims.nbf.is_some_and(|not_before| not_before > latest_start) {
        return Err(VerifyError::NotYetValid);
    }
    if claims.iat > latest_start {
        return Err(VerifyError::IssuedInFuture);
    }
    if !(1..=Claims::MAXIMUM_LIFETIME_SECONDS).contains(&claims.exp.saturating_sub(claims.iat)) {
        return Err(VerifyError::LifetimeRefused);
    }
    Ok(())
}

pub(super) fn check_expiry(expires_at: i64, now: i64) -> Result<(), VerifyError> {
    if now >= expires_at.saturating_add(LEEWAY_SECONDS) { Err(VerifyError::Expired) } else { Ok(()) }
}
