//! Calls that broke off are made again where that does no harm, and not so often that an outage becomes a flood.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use tokio::time::Instant;
use tonic::Status;
use tonic::body::Body;

use super::outage::Outage;
use crate::entropy::Entropy;
use crate::idempotency::{Methods, Repetition};

/// A call is made again so many times at most.
const MOST_REPEATS: u32 = 2;
/// The longest pause before the first repetition; before the second it is four times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(40);
/// And not once this time has passed: who waits for so long already is told of the outage.
const REPEATED_WITHIN: Duration = Duration::from_millis(1500);
/// The largest answer of a call that may be repeated: more than any client takes.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// The budget, in thousandths of a repetition: an outage costs a whole one, an answer earns a tenth, and below half of the
/// most nothing is repeated. So in bad times repetitions are a tenth of the calls.
const MOST_BUDGET: u32 = 10_000;
const COST: u32 = 1_000;
const EARNED: u32 = 100;

/// Which calls may be made again, and how much of that there has been.
#[derive(Clone)]
pub(super) struct Repeats {
    methods: Methods,
    budget: Arc<AtomicU32>,
}

/// A call that may have to be made again.
struct Repeatable {
    parts: Parts,
    message: Bytes,
    /// Also when it may have been carried out.
    when_lost: bool,
    budget: Arc<AtomicU32>,
}

impl Repeats {
    pub(super) fn of(methods: &Methods) -> Self {
        Self { methods: methods.clone(), budget: Arc::new(AtomicU32::new(MOST_BUDGET)) }
    }

    /// Makes the call until there is an answer, or an outage that must not or need not be answered by another attempt. A
    /// stream is asked for once: of it nobody knows how much has been taken.
    pub(super) async fn carry_out<F>(
        &self,
        request: Request<Body>,
        attempt: impl Fn(Request<Body>) -> F,
    ) -> Result<Response<Body>, Outage>
    where
        F: Future<Output = Result<Response<Body>, Outage>>,
    {
        let path = request.uri().path();
        if !self.methods.is_unary(path) {
            return attempt(request).await;
        }
        let when_lost = matches!(self.methods.repetition(path), Repetition::Ignored | Repetition::Again);
        let (parts, body) = request.into_parts();
        let message = body.collect().await.map_err(Outage::BrokeOff)?.to_bytes();
        let call = Repeatable { parts, message, when_lost, budget: Arc::clone(&self.budget) };
        let (began, mut repeats) = (Instant::now(), 0);
        loop {
            let answer = match attempt(call.request()).await {
                Ok(answer) if when_lost => whole(answer).await,
                other => other,
            };
            match answer {
                Ok(answer) => {
                    call.earn();
                    return Ok(answer);
                }
                Err(outage) if call.may_repeat(&outage, repeats, began.elapsed()) && call.pay() => {
                    tracing::debug!(method = call.parts.uri.path(), repeats, "a call that broke off is made again");
                    tokio::time::sleep(pause(repeats)).await;
                    repeats += 1;
                }
                Err(outage) => return Err(outage),
            }
        }
    }
}

impl Repeatable {
    fn request(&self) -> Request<Body> {
        let mut request = Request::new(Body::new(http_body_util::Full::new(self.message.clone())));
        *request.method_mut() = self.parts.method.clone();
        *request.uri_mut() = self.parts.uri.clone();
        *request.version_mut() = self.parts.version;
        *request.headers_mut() = self.parts.headers.clone();
        request
    }

    fn may_repeat(&self, outage: &Outage, repeats: u32, passed: Duration) -> bool {
        let does_no_harm = match outage {
            Outage::TooLate | Outage::NotFound(_) => false,
            Outage::NotAsked(_) => true,
            Outage::Lost(_) | Outage::BrokeOff(_) => self.when_lost,
        };
        does_no_harm && repeats < MOST_REPEATS && passed < REPEATED_WITHIN
    }

    fn earn(&self) {
        let earned = |budget: u32| Some(budget.saturating_add(EARNED).min(MOST_BUDGET));
        let _ = self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earned);
    }

    /// Pays for an outage, and answers whether there is enough left to try again.
    fn pay(&self) -> bool {
        let paid = |budget: u32| Some(budget.saturating_sub(COST));
        let before = self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, paid).unwrap_or(0);
        before.saturating_sub(COST) >= MOST_BUDGET / 2
    }
}

/// The answer with all of its body, which shows whether it breaks off.
async fn whole(answer: Response<Body>) -> Result<Response<Body>, Outage> {
    let (parts, body) = answer.into_parts();
    match Limited::new(body, LARGEST_ANSWER).collect().await {
        Ok(body) => Ok(Response::from_parts(parts, Body::new(body))),
        Err(error) => Err(Outage::BrokeOff(match error.downcast::<Status>() {
            Ok(status) => *status,
            Err(error) => Status::resource_exhausted(error.to_string()),
        })),
    }
}

fn pause(repeats: u32) -> Duration {
    let longest = FIRST_PAUSE * 4_u32.pow(repeats);
    let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(Entropy::system().below(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeatable() -> Repeatable {
        let (parts, ()) = Request::new(()).into_parts();
        let budget = Arc::new(AtomicU32::new(MOST_BUDGET));
        Repeatable { parts, message: Bytes::new(), when_lost: true, budget }
    }

    #[test]
    fn while_nothing_answers_a_few_calls_are_repeated_and_then_none() {
        let call = repeatable();
        let repeated = (0..1_000).filter(|_| call.pay()).count();
        assert_eq!(repeated, 5);
    }

    #[test]
    fn in_bad_times_repetitions_are_a_tenth_of_what_is_answered() {
        let call = repeatable();
        while call.pay() {}
        let mut repeated = 0;
        for _ in 0..1_000 {
            (0..20).for_each(|_| call.earn());
            repeated += usize::from(call.pay());
        }
        assert!((900..=1_000).contains(&repeated), "twenty answers earn two repetitions: {repeated}");
        let call = repeatable();
        while call.pay() {}
        let repeated = (0..1_000)
            .filter(|_| {
                call.earn();
                call.pay()
            })
            .count();
        assert_eq!(repeated, 0, "one answer for each outage earns none");
    }

    #[test]
    fn what_may_have_been_done_is_repeated_only_where_that_does_no_harm() {
        let broke_off = Outage::BrokeOff(Status::unavailable(""));
        let call = Repeatable { when_lost: false, ..repeatable() };
        assert!(!call.may_repeat(&broke_off, 0, Duration::ZERO));
        let call = repeatable();
        assert!(call.may_repeat(&broke_off, 0, Duration::ZERO));
        assert!(call.may_repeat(&broke_off, 1, Duration::from_secs(1)));
        assert!(!call.may_repeat(&broke_off, 2, Duration::ZERO), "twice is enough");
        assert!(!call.may_repeat(&broke_off, 0, Duration::from_secs(2)), "somebody waits");
        assert!(!call.may_repeat(&Outage::TooLate, 0, Duration::ZERO), "there is no time left");
    }
}
