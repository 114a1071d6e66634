//! The collector: one call for each batch of spans.

use std::collections::BTreeMap;
use std::time::Duration;

use http::uri::PathAndQuery;
use tonic::Request;
use tonic::client::Grpc;
use tonic::metadata::{Ascii, MetadataKey, MetadataValue};
use tonic::transport::Channel;
use tonic_prost::ProstCodec;

use super::messages::{
    AnyValue, EXPORT, ExportTraceServiceRequest, ExportTraceServiceResponse, InstrumentationScope, KeyValue, OneValue,
    Resource, ResourceSpans, ScopeSpans, SpanMessage, SpanStatus,
};
use super::settings::TraceSettings;
use super::span::{Failure, Finished, Kind, Value};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const NAMESPACE: &str = "guildhall";
/// `STATUS_CODE_ERROR`
const ERROR: i32 = 2;
/// The W3C flag of a trace that is sampled.
const SAMPLED: u32 = 1;

pub(super) struct Collector {
    channel: Channel,
    headers: Vec<(MetadataKey<Ascii>, MetadataValue<Ascii>)>,
    timeout: Duration,
    service_name: Option<String>,
    resource: Vec<(String, String)>,
    version: &'static str,
}

/// A batch that was taken, maybe not all of it.
pub(super) struct Taken {
    pub(super) rejected: u64,
    pub(super) why: String,
}

/// A batch that was not taken.
pub(super) struct Failed {
    pub(super) spans: u64,
    pub(super) why: String,
}

impl Collector {
    pub(super) fn new(settings: TraceSettings, version: &'static str) -> Self {
        let TraceSettings { collector, headers, timeout, service_name, resource, .. } = settings;
        let channel = collector.connect_timeout(CONNECT_WITHIN.min(timeout)).connect_lazy();
        Self { channel, headers, timeout, service_name, resource, version }
    }

    pub(super) async fn send(&self, batch: &mut Vec<Finished>) -> Result<Taken, Failed> {
        let spans = batch.len() as u64;
        let mut request = Request::new(self.message(batch));
        for (name, value) in &self.headers {
            request.metadata_mut().insert(name.clone(), value.clone());
        }
        let calling = async {
            let mut client = Grpc::new(self.channel.clone());
            client.ready().await.map_err(|error| error.to_string())?;
            let codec = ProstCodec::<ExportTraceServiceRequest, ExportTraceServiceResponse>::default();
            let answer = client.unary(request, PathAndQuery::from_static(EXPORT), codec).await;
            // The code alone: a message may repeat what was sent.
            answer.map_err(|status| format!("{:?}", status.code()))
        };
        let answer = match tokio::time::timeout(self.timeout, calling).await {
            Ok(answer) => answer.map_err(|why| Failed { spans, why })?,
            Err(_) => return Err(Failed { spans, why: "no answer in time".to_owned() }),
        };
        let partial = answer.into_inner().partial_success.unwrap_or_default();
        Ok(Taken { rejected: u64::try_from(partial.rejected_spans).unwrap_or(0), why: partial.error_message })
    }

    /// Services of one process are told apart, as if they were processes of their own.
    fn message(&self, batch: &mut Vec<Finished>) -> ExportTraceServiceRequest {
        let mut by_service: BTreeMap<&'static str, Vec<SpanMessage>> = BTreeMap::new();
        for span in batch.drain(..) {
            by_service.entry(span.service).or_default().push(span.into());
        }
        let resource_spans = by_service.into_iter().map(|(service, spans)| {
            let scope = InstrumentationScope { name: NAMESPACE.to_owned(), version: self.version.to_owned() };
            ResourceSpans {
                resource: Some(Resource { attributes: self.resource_of(service) }),
                scope_spans: vec![ScopeSpans { scope: Some(scope), spans }],
            }
        });
        ExportTraceServiceRequest { resource_spans: resource_spans.collect() }
    }

    fn resource_of(&self, service: &str) -> Vec<KeyValue> {
        let name = self.service_name.as_deref().unwrap_or(service);
        let own = [("service.name", name), ("service.namespace", NAMESPACE), ("service.version", self.version)];
        // What the operator says counts, except that the name has a variable of its own.
        let set = |key: &str| self.resource.iter().any(|(other, _)| other == key);
        let own = own.into_iter().filter(|(key, _)| *key == "service.name" || !set(key));
        let own: Vec<KeyValue> = own.map(|(key, value)| KeyValue::text(key, value)).collect();
        let said = self.resource.iter().filter(|(key, _)| key != "service.name");
        own.into_iter().chain(said.map(|(key, value)| KeyValue::text(key, value.as_str()))).collect()
    }
}

impl From<Finished> for SpanMessage {
    fn from(span: Finished) -> Self {
        Self {
            trace_id: span.context.trace_id.to_vec(),
            span_id: span.context.span_id.to_vec(),
            parent_span_id: span.parent.map(|parent| parent.span_id.to_vec()).unwrap_or_default(),
            name: span.name,
            kind: match span.kind {
                Kind::Server => 2,
                Kind::Client => 3,
                Kind::Producer => 4,
                Kind::Consumer => 5,
            },
            start_time_unix_nano: span.start_nanos,
            end_time_unix_nano: span.end_nanos,
            attributes: span.attributes.into_iter().map(Into::into).collect(),
            status: span.failure.map(|Failure(message)| SpanStatus { message, code: ERROR }),
            flags: SAMPLED,
        }
    }
}

impl From<(&'static str, Value)> for KeyValue {
    fn from((key, value): (&'static str, Value)) -> Self {
        let value = match value {
            Value::Text(text) => OneValue::Text(text),
            Value::Number(number) => OneValue::Number(number),
        };
        Self { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }) }
    }
}
