//! What of a trace travels with a call (W3C Trace Context, `traceparent` and `tracestate`).

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceState};
use opentelemetry::{Context, SpanId, TraceFlags, TraceId};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

/// The header, metadata key and column of a trace.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The header and metadata key of what other systems add to a trace.
pub const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// `00-` trace id `-` span id `-` flags.
const LENGTH: usize = 55;
/// What has to be passed on at least, and what we pass on at most.
const LONGEST_STATE: usize = 512;

/// A trace, the span in it that comes before whatever follows, and whether it is told to a collector.
#[derive(Clone, PartialEq, Eq)]
pub struct TraceContext(pub(super) SpanContext);

impl TraceContext {
    /// A span that nobody is told of: the next one after `parent`, or the first of a trace that nobody has begun yet.
    pub(super) fn after(parent: Option<&Self>) -> Self {
        let ids = RandomIdGenerator::default();
        let (trace_id, flags, state) = match parent {
            Some(Self(parent)) => (parent.trace_id(), parent.trace_flags(), parent.trace_state().clone()),
            None => (ids.new_trace_id(), TraceFlags::NOT_SAMPLED, TraceState::NONE),
        };
        Self(SpanContext::new(trace_id, ids.new_span_id(), flags, false, state))
    }

    /// Reads a `traceparent`; `None` when it is not one.
    ///
    /// ```
    /// use service_kit::traces::TraceContext;
    /// let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// assert_eq!(TraceContext::parse(text).unwrap().to_string(), text);
    /// assert!(TraceContext::parse("00-00000000000000000000000000000000-00f067aa0ba902b7-01").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        Sent { traceparent: text, tracestate: None }.read()
    }

    /// The context that a caller sent; `None` without a usable one. Of several, none is believed. What other systems added is left
    /// out when it is malformed or too long.
    pub fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let only = values.next().filter(|_| values.next().is_none())?;
        let states: Result<Vec<_>, _> = headers.get_all(TRACESTATE).iter().map(HeaderValue::to_str).collect();
        let state = states.map(|states| states.join(",")).ok().filter(|state| state.len() <= LONGEST_STATE);
        Sent { traceparent: only.to_str().ok()?, tracestate: state.as_deref() }.read()
    }

    pub(crate) fn write_headers(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::try_from(self.to_string()) {
            headers.insert(TRACEPARENT, value);
        }
        let state = self.0.trace_state().header();
        if let Ok(value) = HeaderValue::try_from(state)
            && !value.is_empty()
        {
            headers.insert(TRACESTATE, value);
        }
    }

    /// The trace's id.
    pub fn trace_id(&self) -> TraceId {
        self.0.trace_id()
    }

    /// The span's id.
    pub fn span_id(&self) -> SpanId {
        self.0.span_id()
    }

    /// Whether the trace is told to a collector.
    pub fn is_sampled(&self) -> bool {
        self.0.is_sampled()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id(), self.span_id(), u8::from(self.is_sampled()))
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

/// The two values that a caller sends.
struct Sent<'a> {
    traceparent: &'a str,
    tracestate: Option<&'a str>,
}

impl Sent<'_> {
    fn read(&self) -> Option<TraceContext> {
        // The propagator would take ids of any length.
        let bytes = self.traceparent.as_bytes();
        let has_dashes = [2, 35, 52].iter().all(|&place| bytes.get(place) == Some(&b'-'));
        let is_whole = bytes.len() == LENGTH || bytes.get(LENGTH) == Some(&b'-');
        if !has_dashes || !is_whole {
            return None;
        }
        let read = TraceContextPropagator::new().extract_with_context(&Context::new(), self);
        let context = read.span().span_context().clone();
        context.is_valid().then_some(TraceContext(context))
    }
}

impl Extractor for Sent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => Some(self.traceparent),
            "tracestate" => self.tracestate,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_is_no_traceparent_is_not_taken_for_one() {
        let good = GOOD;
        assert!(TraceContext::parse(good).is_some_and(|context| context.is_sampled()));
        assert!(TraceContext::parse(&good.replace("b7-01", "b7-02")).is_some_and(|context| !context.is_sampled()));
        assert!(TraceContext::parse(&format!("01{}-what-comes-later", &good[2..])).is_some());
        for bad in [
            "",
            "00",
            &good[..54],
            &format!("{good}-more"),
            &format!("01{}more", &good[2..]),
            &good.replace("00-4", "ff-4"),
            &good.to_uppercase(),
            &good.replace("00f067aa0ba902b7", "0000000000000000"),
            &good.replace('-', "_"),
            &good.replace("4bf9", "4bg9"),
            "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-1",
        ] {
            assert!(TraceContext::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn of_two_headers_none_is_believed() {
        let one = HeaderValue::from_static(GOOD);
        let mut headers = HeaderMap::from_iter([(TRACEPARENT, one.clone())]);
        assert!(TraceContext::of_headers(&headers).is_some());
        headers.append(TRACEPARENT, one);
        assert!(TraceContext::of_headers(&headers).is_none());
    }

    #[test]
    fn what_other_systems_added_is_passed_on_unless_it_is_malformed_or_too_long() {
        let passed_on = |states: &[&str]| {
            let mut headers = HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_static(GOOD))]);
            for state in states {
                headers.append(TRACESTATE, HeaderValue::try_from(*state).unwrap());
            }
            let context = TraceContext::of_headers(&headers).unwrap();
            let mut next = HeaderMap::new();
            TraceContext::after(Some(&context)).write_headers(&mut next);
            next.get(TRACESTATE).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(passed_on(&["acme=1,other@vendor=a:b"]).as_deref(), Some("acme=1,other@vendor=a:b"));
        assert_eq!(passed_on(&["acme=1", "other=2"]).as_deref(), Some("acme=1,other=2"));
        assert_eq!(passed_on(&[]), None);
        let long = format!("acme={0},b={0},c={0}", "x".repeat(200));
        for bad in ["acme", "Acme=1", "acme=1=2", long.as_str(), "acme=é"] {
            assert_eq!(passed_on(&[bad]), None, "{bad}");
        }
    }
}
