//! What of a trace travels with a call (W3C Trace Context, `traceparent`).

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::entropy::Entropy;

/// The header, metadata key and column of a trace.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// `00-` trace id `-` span id `-` flags.
const LENGTH: usize = 55;
const SAMPLED: u8 = 1;

/// A trace, the span in it that comes before whatever follows, and whether it is told to a collector.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    pub(crate) trace_id: [u8; 16],
    pub(crate) span_id: [u8; 8],
    pub(crate) is_sampled: bool,
}

impl TraceContext {
    /// The first span of a trace that nobody has begun yet.
    pub(super) fn begin() -> Self {
        Self { trace_id: Entropy::system().bytes(), span_id: new_span_id(), is_sampled: false }
    }

    /// The next span of the same trace.
    pub(super) fn next(self) -> Self {
        Self { span_id: new_span_id(), ..self }
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
        let bytes = text.as_bytes();
        let (known, rest) = bytes.split_at_checked(LENGTH)?;
        if known[2] != b'-' || known[35] != b'-' || known[52] != b'-' {
            return None;
        }
        let [version] = digits(&known[..2])?;
        // Later versions may add something behind another dash; the first has nothing there.
        let may_go_on = version != 0 && rest.first() == Some(&b'-');
        if version == 0xff || !(rest.is_empty() || may_go_on) {
            return None;
        }
        let (trace_id, span_id) = (digits(&known[3..35])?, digits(&known[36..52])?);
        let [flags] = digits(&known[53..])?;
        let is_real = trace_id != [0; 16] && span_id != [0; 8];
        is_real.then_some(Self { trace_id, span_id, is_sampled: flags & SAMPLED != 0 })
    }

    /// The context that a caller sent; `None` without a usable one. Of several, none is believed.
    pub fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let only = values.next().filter(|_| values.next().is_none())?;
        Self::parse(only.to_str().ok()?)
    }

    pub(crate) fn write_header(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::try_from(self.to_string()) {
            headers.insert(TRACEPARENT, value);
        }
    }

    /// The trace's id, as it is written.
    pub const fn trace_id(&self) -> Hexadecimal<16> {
        Hexadecimal(self.trace_id)
    }

    /// The span's id, as it is written.
    pub const fn span_id(&self) -> Hexadecimal<8> {
        Hexadecimal(self.span_id)
    }

    /// Whether the trace is told to a collector.
    pub const fn is_sampled(&self) -> bool {
        self.is_sampled
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id(), self.span_id(), u8::from(self.is_sampled))
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

/// An id in lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hexadecimal<const N: usize>([u8; N]);

impl<const N: usize> fmt::Display for Hexadecimal<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn new_span_id() -> [u8; 8] {
    Entropy::system().bytes()
}

fn digits<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_traceparent_is_not_taken_for_one() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
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
        let one = HeaderValue::from_static("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let mut headers = HeaderMap::from_iter([(TRACEPARENT, one.clone())]);
        assert!(TraceContext::of_headers(&headers).is_some());
        headers.append(TRACEPARENT, one);
        assert!(TraceContext::of_headers(&headers).is_none());
    }
}
