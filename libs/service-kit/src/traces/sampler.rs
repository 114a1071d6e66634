//! Which traces are told (`OTEL_TRACES_SAMPLER`).

use super::context::TraceContext;

/// Which traces are told to the collector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// Whether the decision of whoever began the trace is kept.
    heeds_parent: bool,
    /// What part of the others, from 0 to 1.
    ratio: f64,
}

impl Sampler {
    /// Every trace, unless whoever began it decided otherwise.
    pub const DEFAULT: Self = Self { heeds_parent: true, ratio: 1.0 };

    /// The sampler with this standard name; the argument counts for those with a ratio.
    pub(super) fn parse(name: &str, argument: Option<&str>) -> Result<Self, &'static str> {
        let (heeds_parent, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name),
        };
        let ratio = match root {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => match argument.map_or(Ok(1.0), str::parse) {
                Ok(ratio) if (0.0..=1.0).contains(&ratio) => ratio,
                _ => return Err("takes a number from 0 to 1 in OTEL_TRACES_SAMPLER_ARG"),
            },
            _ => {
                return Err("must be always_on, always_off, traceidratio, or one of them behind parentbased_");
            }
        };
        Ok(Self { heeds_parent, ratio })
    }

    pub(super) fn samples(&self, parent: Option<&TraceContext>, trace_id: [u8; 16]) -> bool {
        if let Some(parent) = parent.filter(|_| self.heeds_parent) {
            return parent.is_sampled;
        }
        // By the id, so that all who see a trace decide alike: its last eight bytes are random.
        let mut random = [0; 8];
        random.copy_from_slice(&trace_id[8..]);
        #[allow(clippy::cast_precision_loss, reason = "which of neighbouring ids is told does not matter")]
        let place = (u64::from_be_bytes(random) >> 1) as f64 / (1_u64 << 63) as f64;
        place < self.ratio
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of a thousand traces are told; `parent` is what whoever began them has decided.
    fn told(name: &str, argument: Option<&str>, parent: Option<bool>) -> usize {
        let sampler = Sampler::parse(name, argument).unwrap();
        let parent = parent.map(|is_sampled| TraceContext { is_sampled, ..TraceContext::begin() });
        (0..1000).filter(|_| sampler.samples(parent.as_ref(), TraceContext::begin().trace_id)).count()
    }

    #[test]
    fn a_parent_decides_where_it_is_heeded() {
        assert_eq!(told("parentbased_always_on", None, None), 1000);
        assert_eq!(told("parentbased_always_on", None, Some(false)), 0);
        assert_eq!(told("parentbased_always_off", None, Some(true)), 1000);
        assert_eq!(told("always_on", None, Some(false)), 1000);
        assert_eq!(told("always_off", None, Some(true)), 0);
    }

    #[test]
    fn a_ratio_is_about_that_part() {
        let tenth = told("traceidratio", Some("0.1"), Some(true));
        assert!((40..200).contains(&tenth), "{tenth}");
        assert_eq!(told("traceidratio", Some("1"), None), 1000);
        assert_eq!(told("parentbased_traceidratio", Some("0"), None), 0);
    }

    #[test]
    fn other_names_and_ratios_are_refused() {
        assert!(Sampler::parse("sometimes", None).is_err());
        assert!(Sampler::parse("traceidratio", Some("2")).is_err());
        assert!(Sampler::parse("traceidratio", Some("NaN")).is_err());
    }
}
