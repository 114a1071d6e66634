//! News in portions, as a streaming RPC sends them.

use futures_util::stream::{self, Stream};
use tonic::Status;

use super::follower::Portion;
use super::tail::Tail;
use crate::refusal::Refusal;

/// Everything that is remembered, then whatever comes: news every 50 to 250 milliseconds, for ever. It ends with
/// SERVICE_UNAVAILABLE when something was missed, when the service stops, or when too many listen: begin again then.
pub fn portions(tail: &Tail) -> impl Stream<Item = Result<Portion, Status>> + Send + use<> {
    let begun = tail.follow();
    let begun = begun.ok_or_else(|| Refusal::unavailable("the record is not followed yet, or too many do").into());
    stream::unfold(Some(begun), |state| async {
        match state? {
            Ok(mut follower) => match follower.next().await {
                Ok(portion) => Some((Ok(portion), Some(Ok(follower)))),
                Err(gap) => Some((Err(Refusal::unavailable(gap).into()), None)),
            },
            Err(refused) => Some((Err(refused), None)),
        }
    })
}
