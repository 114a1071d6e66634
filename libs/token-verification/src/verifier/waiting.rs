//! Reading one's own revocations: whoever took something away can demand that the verifier knows of it.

use std::pin::pin;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::timeout;

use super::TokenVerifier;
use crate::revocation::TokenEpoch;
use crate::{Caller, Position, RevocationFeed, VerifyError};

/// How long a request may be held up for it.
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// More changes than come in that time: what is demanded beyond is refused at once.
const FURTHEST_AHEAD: i64 = 10_000;

impl RevocationFeed {
    /// Waits until this change, and all before it, are known; answers whether they are, after at most `longest`.
    pub async fn wait_for(&self, position: Position, longest: Duration) -> bool {
        self.wait_until(longest, || self.has_reached(position).then_some(())).await.is_some()
    }

    /// Looks after each message that is taken in until there is something to see.
    async fn wait_until<T>(&self, longest: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
        let seen = async {
            loop {
                let mut advanced = pin!(self.advanced());
                // Before looking, so that what is applied in between is heard.
                advanced.as_mut().enable();
                if let Some(seen) = look() {
                    return seen;
                }
                advanced.await;
            }
        };
        timeout(longest, seen).await.ok()
    }

    /// Waits until this change is known of the token's epoch; false as soon as that has gone, in whose numbers nothing comes any more.
    async fn wait_in_epoch(&self, caller: &Caller, position: Position) -> bool {
        let look = || {
            let has_reached = self.has_reached(position);
            match self.epoch_of(caller) {
                TokenEpoch::Former => Some(false),
                TokenEpoch::Present if has_reached => Some(true),
                TokenEpoch::Present | TokenEpoch::Unknown => None,
            }
        };
        self.wait_until(LONGEST_WAIT, look).await.unwrap_or(false)
    }
}

impl TokenVerifier {
    /// Like [`verify`](Self::verify), but only by what is known with the change of this position and all before it.
    ///
    /// A token that was made after the change knows it, and waits for nothing. For others the feed is waited for, half a second at
    /// most, and not at all when the position is more than 10,000 changes away.
    ///
    /// Numbers of different epochs cannot be compared: a token of an epoch that has gone is stale at once, whatever is demanded. A
    /// refreshed token knows every change that was answered before the refresh, in whichever epoch, so leave the demand out with it: a
    /// change that was lost with a database's backup would be waited for each time.
    ///
    /// # Errors
    /// Those of `verify`; [`VerifyError::Stale`] when the position isn't reached in time, or never can be as there is no feed or the
    /// token is of a former epoch: a refreshed token knows the change.
    pub async fn verify_after(&self, token: &str, position: Position) -> Result<Caller, VerifyError> {
        let caller = self.verify(token)?;
        let feed = self.shared.feed.as_ref();
        if feed.is_some_and(|feed| feed.epoch_of(&caller) == TokenEpoch::Former) {
            return Err(VerifyError::Stale);
        }
        if caller.asof.of(position.service) >= position.number {
            return Ok(caller);
        }
        let Some(feed) = feed else { return Err(VerifyError::Stale) };
        let is_near = position.number.saturating_sub(feed.positions().of(position.service)) <= FURTHEST_AHEAD;
        if !is_near || !feed.wait_in_epoch(&caller, position).await {
            return Err(VerifyError::Stale);
        }
        self.verify(token)
    }

    /// Like [`authenticate`](Self::authenticate), and honours the header [`Position::MINIMUM_HEADER`] as
    /// [`verify_after`](Self::verify_after) does.
    ///
    /// # Errors
    /// Those of both, and [`VerifyError::PositionRefused`].
    pub async fn authenticate_after(&self, headers: &HeaderMap) -> Result<Caller, VerifyError> {
        let mut demanded = headers.get_all(Position::MINIMUM_HEADER).iter();
        let token = crate::credentials::token_of(headers)?;
        match (demanded.next(), demanded.next()) {
            (None, _) => self.verify(token),
            (Some(position), None) => {
                let position = position.to_str().ok().and_then(|text| text.trim().parse().ok());
                self.verify_after(token, position.ok_or(VerifyError::PositionRefused)?).await
            }
            (Some(_), Some(_)) => Err(VerifyError::PositionRefused),
        }
    }
}
