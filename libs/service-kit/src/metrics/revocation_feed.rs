//! What a process knows of revocations.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use token_verification::{FeedState, RevocationFeed};

#[derive(Debug)]
pub(super) struct FeedCollector(pub(super) RevocationFeed);

impl Collector for FeedCollector {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let status = self.0.status();
        let mut numbers = Numbers(encoder);
        let state = match status.state {
            FeedState::Fresh => 0,
            FeedState::Lagging => 1,
            FeedState::Blind => 2,
        };
        numbers.gauge("state", "What the knowledge of revocations is worth: 0 fresh, 1 lagging, 2 blind", state)?;
        if let Some(lag) = status.lag {
            numbers.seconds("lag", "How old the knowledge of revocations is", lag.as_secs_f64())?;
        }
        numbers.gauge("entries", "Changes that are kept", count(status.entries))?;
        numbers.gauge("capacity", "For how many changes there is room", count(status.capacity))?;
        let overflows = "Changes that found no room, each of which makes all older tokens stale";
        numbers.counter("overflows", overflows, status.overflows)?;
        numbers.counter("resubscriptions", "Messages that did not fit what was known", status.resubscriptions)?;
        numbers.counter("key_sets_refused", "Key sets that could not be read", status.key_sets_refused)
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

struct Numbers<'a>(DescriptorEncoder<'a>);

impl Numbers<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: i64) -> fmt::Result {
        self.write(name, help, None, &ConstGauge::new(value))
    }

    fn seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.write(name, help, Some(&Unit::Seconds), &ConstGauge::new(value))
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.write(name, help, None, &ConstCounter::new(value))
    }

    fn write(&mut self, name: &str, help: &str, unit: Option<&Unit>, metric: &impl EncodeMetric) -> fmt::Result {
        let name = format!("revocation_feed_{name}");
        metric.encode(self.0.encode_descriptor(&name, help, unit, metric.metric_type())?)
    }
}
