//! A collector of traces, which takes what the product sends by the messages of OpenTelemetry's own crate.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span as Sent;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use test_kit::Issued;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

use super::eventually;

/// Takes spans until it is dropped.
pub struct Collector {
    url: String,
    spans: Arc<Mutex<Vec<Span>>>,
    serving: tokio::task::JoinHandle<()>,
}

/// A span that was sent, as far as tests look at it.
#[derive(Clone, Debug)]
pub struct Span {
    pub service: String,
    pub name: String,
    pub kind: SpanKind,
    pub trace_id: String,
    pub id: String,
    pub parent: String,
    /// What other systems added to the trace.
    pub state: String,
    pub is_error: bool,
    pub took_nanos: u64,
    pub attributes: Vec<(String, String)>,
}

impl Collector {
    pub async fn start() -> Self {
        Self::serve(Server::builder(), "http").await
    }

    /// One that shows this certificate.
    pub async fn start_over_tls(certificate: &Issued) -> Self {
        // tonic's server takes the process's; another collector may have named it already.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let identity = Identity::from_pem(certificate.certificate_pem(), certificate.key_pem());
        let server = Server::builder().tls_config(ServerTlsConfig::new().identity(identity));
        Self::serve(server.expect("a certificate and its key"), "https").await
    }

    async fn serve(mut server: Server, scheme: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("{scheme}://{}", listener.local_addr().expect("its address"));
        let spans = Arc::<Mutex<Vec<Span>>>::default();
        let serving = server.add_service(TraceServiceServer::new(Taking(Arc::clone(&spans))));
        let serving = tokio::spawn(async move {
            serving.serve_with_incoming(TcpListenerStream::new(listener)).await.expect("the collector serves");
        });
        Self { url, spans, serving }
    }

    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` names.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap().clone()
    }

    /// All spans of a trace, once `is_whole` finds what it looks for among them.
    pub async fn trace(&self, id: &str, is_whole: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        eventually(&format!("the whole trace {id}"), async || {
            let spans: Vec<Span> = self.spans().into_iter().filter(|span| span.trace_id == id).collect();
            is_whole(&spans).then_some(spans)
        })
        .await
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Taking(Arc<Mutex<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Taking {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut spans = self.0.lock().unwrap();
        for of_one in request.into_inner().resource_spans {
            let resource = of_one.resource.map(|resource| texts(resource.attributes)).unwrap_or_default();
            let service = resource.iter().find(|(key, _)| key == "service.name").expect("its name").1.clone();
            let sent = of_one.scope_spans.into_iter().flat_map(|scope| scope.spans);
            spans.extend(sent.map(|sent| Span::of(&service, sent)));
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Span {
    fn of(service: &str, sent: Sent) -> Self {
        Self {
            service: service.to_owned(),
            kind: sent.kind(),
            trace_id: hexadecimal(&sent.trace_id),
            id: hexadecimal(&sent.span_id),
            parent: hexadecimal(&sent.parent_span_id),
            state: sent.trace_state,
            is_error: sent.status.is_some_and(|status| status.code == 2),
            took_nanos: sent.end_time_unix_nano - sent.start_time_unix_nano,
            attributes: texts(sent.attributes),
            name: sent.name,
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn texts(attributes: Vec<KeyValue>) -> Vec<(String, String)> {
    let text = |attribute: KeyValue| {
        let value = match attribute.value.and_then(|value| value.value) {
            Some(Value::StringValue(text)) => text,
            Some(Value::IntValue(number)) => number.to_string(),
            other => panic!("{} is {other:?}", attribute.key),
        };
        (attribute.key, value)
    };
    attributes.into_iter().map(text).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
