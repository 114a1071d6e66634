//! A caller that goes away at a point of its own choosing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Polls a future so many times, without waiting to be woken, and drops it then.
pub struct CutShort<F> {
    work: Option<Pin<Box<F>>>,
    polls_left: u64,
}

impl<F: Future> CutShort<F> {
    pub fn after(polls: u64, work: F) -> Self {
        Self { work: Some(Box::pin(work)), polls_left: polls }
    }
}

impl<F: Future> Future for CutShort<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls_left == 0 {
            self.work = None;
        }
        let Some(work) = &mut self.work else { return Poll::Ready(None) };
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        self.polls_left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
