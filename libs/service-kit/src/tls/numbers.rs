//! When the certificates of a process end, and whether renewed ones could be read.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use super::Tls;

#[derive(Debug)]
pub(super) struct CertificateCollector(pub(super) Tls);

impl Collector for CertificateCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let files = self.0.files();
        if files.is_empty() {
            return Ok(());
        }
        let help = "When the first certificate in a file ends, in Unix time";
        let mut ends =
            encoder.encode_descriptor("tls_cert_not_after", help, Some(&Unit::Seconds), MetricType::Gauge)?;
        for state in &files {
            ConstGauge::new(state.ends).encode(ends.encode_family(&[("file", state.file.word())])?)?;
        }
        let help = "Contents of a file that could not be used; what was read before them is";
        let mut failures = encoder.encode_descriptor("tls_reload_failures", help, None, MetricType::Counter)?;
        for state in &files {
            ConstCounter::new(state.failures).encode(failures.encode_family(&[("file", state.file.word())])?)?;
        }
        Ok(())
    }
}
