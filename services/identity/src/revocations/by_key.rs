//! Listening by a server API key, for as long as it is good.

use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt};
use service_kit::Entropy;
use tonic::Status;

use crate::upstreams::is_denied;

/// A key that was revoked is heard with for so long and half as long again; what it hears is of no use without tokens.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(45);

/// The same messages, until `ask` says that the key is no good any more. While nobody says anything, it is as good as it was.
pub fn listening_by_key<Message, Asking>(
    messages: impl Stream<Item = Result<Message, Status>> + Send,
    ask: impl FnMut() -> Asking + Send,
    entropy: Entropy,
) -> impl Stream<Item = Result<Message, Status>> + Send
where
    Message: Send,
    Asking: Future<Output = Result<(), Status>> + Send,
{
    let denied = Box::pin(denial(ask, entropy));
    stream::unfold(Some((Box::pin(messages), denied)), |listening| async {
        let (mut messages, mut denied) = listening?;
        tokio::select! {
            biased;
            status = &mut denied => Some((Err(status), None)),
            message = messages.next() => message.map(|message| (message, Some((messages, denied)))),
        }
    })
}

async fn denial<Asking>(mut ask: impl FnMut() -> Asking, entropy: Entropy) -> Status
where
    Asking: Future<Output = Result<(), Status>>,
{
    loop {
        // Not all at once, after a start at which everybody came.
        let chance = entropy.below(u64::try_from(ASK_AGAIN_AFTER.as_millis() / 2).unwrap_or(u64::MAX));
        tokio::time::sleep(ASK_AGAIN_AFTER + Duration::from_millis(chance)).await;
        match ask().await {
            Err(status) if is_denied(&status) => return status,
            Ok(()) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use futures_util::stream::pending;
    use service_kit::{ErrorReason, Refusal};
    use tokio::time::Instant;

    use super::*;

    fn refused(reason: ErrorReason) -> Result<(), Status> {
        Err(Refusal::new(reason, "no").into())
    }

    /// How long somebody listens who is answered so, one after the other.
    async fn listens_for(answers: Vec<Result<(), Status>>) -> (Duration, Status) {
        let began = Instant::now();
        let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
        let ask = move || {
            let answer = answers.lock().unwrap().pop_front().unwrap_or(Ok(()));
            async move { answer }
        };
        let messages = stream::iter([Ok("first")]).chain(pending());
        let mut listening = Box::pin(listening_by_key(messages, ask, Entropy::seeded(1)));
        assert_eq!(listening.next().await.unwrap().unwrap(), "first");
        let status = listening.next().await.unwrap().unwrap_err();
        assert!(listening.next().await.is_none());
        (began.elapsed(), status)
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_that_was_revoked_is_cut_within_about_a_minute() {
        for reason in [ErrorReason::TokenRevoked, ErrorReason::TokenExpired, ErrorReason::Unauthorized] {
            let (after, status) = listens_for(vec![refused(reason)]).await;
            assert!(is_denied(&status) && (45..=68).contains(&after.as_secs()), "{after:?}");
        }
        let (after, _) = listens_for(vec![Ok(()), Ok(()), refused(ErrorReason::Forbidden)]).await;
        assert!((135..=203).contains(&after.as_secs()), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn while_nobody_says_anything_a_key_is_as_good_as_it_was() {
        let out = || refused(ErrorReason::ServiceUnavailable);
        let late = || refused(ErrorReason::DeadlineExceeded);
        let (after, _) = listens_for(vec![out(), late(), out(), refused(ErrorReason::TokenRevoked)]).await;
        assert!(after.as_secs() >= 180, "{after:?}");
    }
}
