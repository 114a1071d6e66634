//! Hears one service's changes, for ever.

use std::time::Duration;

use futures_util::StreamExt;
use service_kit::positions::portions;
use token_verification::OwningService;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::Revocations;
use super::pauses::Pauses;
use super::record::Unheard;
use crate::domain::change::News;
use crate::upstreams::Telling;

/// How long a service may take to begin.
const BEGIN_WITHIN: Duration = Duration::from_secs(5);
/// News come every 250 milliseconds; without any for this long, the connection counts as dead although nobody closed it.
const LONGEST_SILENCE: Duration = Duration::from_secs(2);

/// Hears of this service until `stop`. What ends, misses something or falls silent is subscribed anew, and what that brings is
/// merged into what is known.
pub async fn follow(feed: &Revocations, service: OwningService, stop: &CancellationToken) {
    let mut epoch = feed.0.epoch.subscribe();
    let mut source = Source { feed, service, pauses: Pauses::new(feed.0.ground.entropy.clone()), is_heard: true };
    loop {
        let present = epoch.borrow_and_update().clone();
        let listening = async {
            let ended = source.listen(&present).await;
            source.note_interruption(&ended);
            sleep(source.pauses.next()).await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = listening => {}
            // In another epoch nothing of what was heard counts.
            _ = epoch.changed() => source.pauses.begin_again(),
        }
    }
}

struct Source<'feed> {
    feed: &'feed Revocations,
    service: OwningService,
    pauses: Pauses,
    /// For the log, which tells when this changes.
    is_heard: bool,
}

impl Source<'_> {
    /// Hears until that ends; why it did.
    async fn listen(&mut self, epoch: &str) -> String {
        let mut telling = match timeout(BEGIN_WITHIN, self.subscribe()).await {
            Ok(Ok(telling)) => telling,
            Ok(Err(status)) => return status.to_string(),
            Err(_) => return "it did not begin in time".to_owned(),
        };
        loop {
            let news = match timeout(LONGEST_SILENCE, telling.next()).await {
                Ok(Some(Ok(news))) => news,
                Ok(Some(Err(status))) => return status.to_string(),
                Ok(None) => return "it was closed".to_owned(),
                Err(_) => return "it fell silent".to_owned(),
            };
            let is_whole = !news.has_more;
            match self.feed.hear(self.service, epoch, news) {
                Ok(()) if is_whole => self.note_news(),
                Ok(()) => {}
                Err(Unheard::Late) => return "it tells less than is known".to_owned(),
                Err(Unheard::Backwards) => return "its positions run backwards".to_owned(),
                Err(Unheard::LessThanClaimed) => return "it has less than somebody knows".to_owned(),
            }
        }
    }

    async fn subscribe(&self) -> Result<Telling, Status> {
        let ground = &self.feed.0.ground;
        match self.service {
            OwningService::Identity => Ok(Box::pin(portions(&ground.tail).map(|portion| portion.map(News::from)))),
            OwningService::Organizations => ground.upstreams.organization_changes().await,
            OwningService::Billing => ground.upstreams.entitlement_changes().await,
        }
    }

    fn note_news(&mut self) {
        self.pauses.begin_again();
        if !std::mem::replace(&mut self.is_heard, true) {
            tracing::info!(source = ?self.service, "narrowing changes are heard of again");
        }
    }

    fn note_interruption(&mut self, reason: &str) {
        if std::mem::replace(&mut self.is_heard, false) {
            tracing::warn!(source = ?self.service, reason, "narrowing changes are not heard of; trying on");
        }
    }
}
