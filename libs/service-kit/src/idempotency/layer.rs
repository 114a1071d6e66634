//! The layer that carries a call under a key out once.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use prost::Message;
use sea_orm::DbErr;
use tokio::time::Instant;

use super::Idempotency;
use super::answer::{Answer, Verdict};
use super::call::Call;
use super::claims::{self, Candidate, Claimed};
use super::key::{IDEMPOTENCY_KEY, IdempotencyKey, refused};
use super::methods::Repetition;
use super::run::Run;
use crate::access_log::Facts;
use crate::refusal::{ErrorReason, Refusal};
use crate::request_scope::{LONGEST_TIMEOUT, RequestScope, grpc_answer};

/// Beyond its deadline a run is believed to be alive for so long. If it still is, the run that takes its claim over
/// keeps it from committing.
const BEYOND_THE_DEADLINE: Duration = Duration::from_secs(1);
/// When to ask again for the answer of a run that is alive.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Stands behind authentication, as answers are given again to the same caller alone, and inside the detached task: who
/// hangs up cannot stop it between the change and the record.
pub(crate) async fn answer_once(State(idempotency): State<Idempotency>, request: Request, next: Next) -> Response {
    if idempotency.methods.repetition(request.uri().path()) == Repetition::Ignored {
        RequestScope::note(Facts::note_reading);
    }
    let key = match idempotency.key_of(&request) {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(request).await,
        Err(refusal) => return grpc_answer(refusal.into()),
    };
    match idempotency.answer(&key, request, next).await {
        Ok(answer) => answer,
        Err(refusal) => grpc_answer(refusal.into()),
    }
}

impl Idempotency {
    /// The key under which the call is to be carried out once, if it is.
    fn key_of(&self, request: &Request) -> Result<Option<IdempotencyKey>, Refusal> {
        if !request.headers().contains_key(IDEMPOTENCY_KEY) {
            return Ok(None);
        }
        match self.methods.repetition(request.uri().path()) {
            Repetition::Ignored => Ok(None),
            Repetition::Impossible => Err(refused("is not taken by streams; send the call without")),
            Repetition::Again | Repetition::Never => IdempotencyKey::of_headers(request.headers()),
        }
    }

    async fn answer(&self, key: &IdempotencyKey, request: Request, next: Next) -> Result<Response, Refusal> {
        let (parts, body) = request.into_parts();
        let message = body.collect().await.map_err(Refusal::unavailable)?.to_bytes();
        let call = Call::of(&self.secret, &parts, key, &message);
        let may_repeat = self.methods.repetition(parts.uri.path()) == Repetition::Again;
        let now = self.clock.now();
        let candidate = Candidate {
            call: &call,
            run: self.entropy.uuid(now),
            now,
            runs_until: now.plus(time_left() + BEYOND_THE_DEADLINE),
            may_repeat,
            keys: self.keys,
        };
        match candidate.claim(&self.database).await? {
            Claimed::Run(claim) => {
                let run = Run::new(claim);
                let request = Request::from_parts(parts, Body::from(message));
                Ok(self.carry_out(&call, &run, may_repeat, next.run(request)).await)
            }
            Claimed::Answered(sealed) => {
                if let (Some(stands), Some(key)) = (&self.key_stands, &call.server_key)
                    && let Err(refused) = stands(key.clone()).await
                {
                    return Ok(grpc_answer(refused));
                }
                let answer = call.open(&sealed).map_err(Refusal::internal)?;
                let answer = Answer::decode(answer.as_slice()).map_err(Refusal::internal)?;
                tracing::debug!("the first answer is given again");
                Ok(answer.into_replay())
            }
            Claimed::Running => Err(still_running()),
            Claimed::CutOff => Err(cut_off()),
            Claimed::OtherMessage => Err(other_message()),
            Claimed::TooMany(wait) => {
                self.too_many.up();
                Err(too_many(wait))
            }
        }
    }

    async fn carry_out(
        &self,
        call: &Call,
        run: &Run,
        may_repeat: bool,
        calling: impl Future<Output = Response> + Send,
    ) -> Response {
        let answer = match AssertUnwindSafe(run.of(calling)).catch_unwind().await {
            Ok(response) => Answer::read(response).await,
            Err(panic) => {
                self.settle(call, run, may_repeat, Verdict::Open).await;
                resume_unwind(panic);
            }
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.settle(call, run, may_repeat, Verdict::Open).await;
                return grpc_answer(Refusal::internal(error).into());
            }
        };
        match answer.verdict() {
            Verdict::Keep => self.record(call, run, &answer).await,
            verdict => self.settle(call, run, may_repeat, verdict).await,
        }
        answer.into_response()
    }

    /// The caller has a right to the answer even if it cannot be kept. The claim then stays as one whose answer is lost.
    async fn record(&self, call: &Call, run: &Run, answer: &Answer) {
        let recorded = match call.seal(&self.entropy, &answer.encode_to_vec()) {
            Ok(sealed) => claims::record(&self.database, run.claim(), sealed).await,
            Err(error) => Err(DbErr::Custom(error.to_string())),
        };
        if let Err(error) = recorded {
            tracing::warn!(%error, "an answer could not be kept under its idempotency key");
        }
    }

    /// After a run without an answer to keep. Nothing is done twice: the claim stays when something may have been.
    async fn settle(&self, call: &Call, run: &Run, may_repeat: bool, verdict: Verdict) {
        let nothing_done = verdict == Verdict::NothingDone && !run.has_doubtful_commit();
        let unless_committed = !(nothing_done || may_repeat);
        let counted = (&call.counted_with, self.keys);
        if let Err(error) =
            claims::release(&self.database, run.claim(), counted, self.clock.now(), unless_committed).await
        {
            tracing::warn!(%error, "an idempotency key could not be let go; it is when the call's time has run out");
        }
    }
}

fn time_left() -> Duration {
    let scope = RequestScope::current();
    scope.map_or(LONGEST_TIMEOUT, |scope| scope.deadline.saturating_duration_since(Instant::now()))
}

fn still_running() -> Refusal {
    let sentence = "The first call with this idempotency key is still being carried out; send it again in a moment.";
    Refusal::new(ErrorReason::Conflict, sentence).retry_after(ASK_AGAIN_AFTER)
}

fn cut_off() -> Refusal {
    let sentence = "The first call with this idempotency key was cut off after it had changed something, and its answer \
                    is lost; look at what is there, and use a new key if it is still to be done.";
    Refusal::new(ErrorReason::Conflict, sentence)
}

fn other_message() -> Refusal {
    let sentence = "This idempotency key came with another request before; use a new key for a new request.";
    Refusal::new(ErrorReason::IdempotencyConflict, sentence)
}

fn too_many(wait: Duration) -> Refusal {
    let sentence = "Too many idempotency keys within 24 hours; wait, or send the call without one.";
    Refusal::new(ErrorReason::RateLimited, sentence).retry_after(wait)
}
