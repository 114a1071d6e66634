//! The collector, by OTLP over gRPC.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::resource::TelemetryResourceDetector;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use tonic::Request;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;

use super::settings::TraceSettings;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const NAMESPACE: &str = "guildhall";

#[derive(Debug)]
pub(super) struct Collector {
    channel: Channel,
    headers: MetadataMap,
    timeout: Duration,
    service_name: Option<String>,
    resource: Vec<(String, String)>,
    version: &'static str,
}

impl Collector {
    pub(super) fn new(settings: TraceSettings, version: &'static str) -> Self {
        let TraceSettings { collector, headers, timeout, service_name, resource, .. } = settings;
        let channel = collector.timeout(timeout).connect_timeout(CONNECT_WITHIN.min(timeout)).connect_lazy();
        Self { channel, headers, timeout, service_name, resource, version }
    }

    /// Services of one process are told apart, as if they were processes of their own: an exporter knows one of them, and is no more
    /// than a handle on the channel.
    pub(super) async fn send(&self, service: &str, spans: Vec<SpanData>) -> OTelSdkResult {
        let headers = self.headers.clone();
        let exporter = SpanExporter::builder()
            .with_tonic()
            .with_channel(self.channel.clone())
            .with_timeout(self.timeout)
            // In place of what the exporter finds in the environment.
            .with_interceptor(move |mut request: Request<()>| {
                *request.metadata_mut() = headers.clone();
                Ok(request)
            })
            .build();
        let mut exporter = exporter.map_err(|error| OTelSdkError::InternalFailure(error.to_string()))?;
        exporter.set_resource(&self.resource_of(service));
        exporter.export(spans).await
    }

    /// What the operator says counts, except that the name has a variable of its own.
    fn resource_of(&self, service: &str) -> Resource {
        let own = [("service.namespace", NAMESPACE), ("service.version", self.version)];
        let said = self.resource.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
        Resource::builder_empty()
            .with_detector(Box::new(TelemetryResourceDetector))
            .with_attributes(own.map(|(key, value)| KeyValue::new(key, value)))
            .with_attributes(said)
            .with_service_name(self.service_name.clone().unwrap_or_else(|| service.to_owned()))
            .build()
    }
}
