//! What a collector of traces is told, and what happens when there is none.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::json;
use test_kit::{Authority, put};

use crate::harness::{Collector, PASSWORD, Product, Span, eventually, json_lines, unique};

/// Every trace begins with somebody else's span.
const CALLER: &str = "00f067aa0ba902b7";
/// What the caller's system added to the trace.
const STATE: &str = "acme=t61rcWkgMzE,other@vendor=1";

fn traceparent(flags: &str) -> (String, String) {
    let id = uuid::Uuid::new_v4().simple().to_string();
    (format!("00-{id}-{CALLER}-{flags}"), id)
}

async fn register(product: &Product, traceparent: &str) -> String {
    let body = json!({ "email": format!("alice.{}@example.com", unique()), "password": PASSWORD });
    let headers = [("traceparent", traceparent), ("tracestate", STATE)];
    let answer = product.api().post_with(&headers, "/auth/register", &body).await;
    let id = answer.header("x-request-id").unwrap().to_owned();
    answer.expect(201);
    id
}

fn find<'a>(spans: &'a [Span], service: &str, kind: SpanKind, name: &str) -> Option<&'a Span> {
    spans.iter().find(|span| span.service == service && span.kind == kind && span.name == name)
}

/// The spans from this one up to the caller's.
fn path(spans: &[Span], from: &Span) -> Vec<String> {
    let mut path = vec![format!("{} {}", from.service, from.name)];
    let mut parent = &from.parent;
    while parent != CALLER {
        let span = spans.iter().find(|span| span.id == *parent).unwrap_or_else(|| panic!("{parent} in {spans:#?}"));
        path.push(format!("{} {}", span.service, span.name));
        parent = &span.parent;
    }
    path
}

#[tokio::test]
async fn one_trace_leads_from_a_request_through_the_services_to_what_is_delivered_later() {
    let collector = Collector::start().await;
    let mut product = Product::own(&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())]).await;
    let (sent, id) = traceparent("01");
    let request_id = register(&product, &sent).await;

    const REGISTER: &str = "guildhall.identity.v1.AuthenticationService/Register";
    let ensure = |span: &&Span| span.service == "organizations" && span.name.ends_with("/EnsurePersonalOrganization");
    let is_delivery = |span: &&Span| span.service == "identity" && span.kind == SpanKind::Consumer;
    let spans = collector
        .trace(&id, |spans| {
            // Each process tells its own in parts; no part is missing once every span has the one that it follows.
            let is_told = |id: &String| id == CALLER || spans.iter().any(|span| span.id == *id);
            let are_there = spans.iter().any(|span| ensure(&span)) && spans.iter().any(|span| is_delivery(&span));
            are_there && spans.iter().all(|span| is_told(&span.parent))
        })
        .await;
    let ensured = spans.iter().find(ensure).unwrap();
    let gateway = "gateway POST /api/v1/auth/register".to_owned();
    assert_eq!(
        path(&spans, ensured),
        [
            format!("organizations {}", ensured.name),
            format!("identity {}", ensured.name),
            format!("identity {REGISTER}"),
            format!("gateway {REGISTER}"),
            gateway.clone(),
        ]
    );
    assert_eq!(ensured.state, STATE);
    let delivered = spans.iter().find(is_delivery).unwrap();
    let topic = delivered.name.strip_prefix("deliver ").unwrap();
    assert_eq!(
        path(&spans, delivered),
        [
            format!("identity deliver {topic}"),
            format!("identity leave {topic}"),
            format!("identity {REGISTER}"),
            format!("gateway {REGISTER}"),
            gateway.clone(),
        ]
    );
    let root = find(&spans, "gateway", SpanKind::Server, "POST /api/v1/auth/register").unwrap();
    assert_eq!(root.attribute("http.response.status_code"), Some("201"));
    assert_eq!(root.attribute("guildhall.request_id"), Some(request_id.as_str()));
    assert!(!root.is_error && root.took_nanos > 0);
    let text = format!("{:?}", collector.spans());
    assert!(!text.contains("@example.com") && !text.contains(PASSWORD), "{text}");
    product.stop().await;
}

#[tokio::test]
async fn traces_are_sent_over_tls_to_a_collector_that_an_authority_vouches_for() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let believed = put(&folder.path().join("believed.pem"), &authority.pem());
    let collector = Collector::start_over_tls(&authority.issue(&["127.0.0.1"])).await;
    let believed = believed.to_str().unwrap();
    let settings =
        [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.url()), ("OTEL_EXPORTER_OTLP_CERTIFICATE", believed)];
    let product = Product::own(&settings).await;
    let (sent, id) = traceparent("01");
    register(&product, &sent).await;
    let is_whole = |spans: &[Span]| spans.iter().any(|span| span.parent == CALLER);
    collector.trace(&id, is_whole).await;

    let other = Collector::start_over_tls(&Authority::new().issue(&["127.0.0.1"])).await;
    let settings = [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", other.url()), ("OTEL_EXPORTER_OTLP_CERTIFICATE", believed)];
    let product = Product::own(&settings).await;
    register(&product, &sent).await;
    eventually("a word about what is lost", async || product.log().contains("does not take all traces").then_some(()))
        .await;
    assert!(other.spans().is_empty(), "{:?}", other.spans());
}

#[tokio::test]
async fn what_a_server_fails_at_is_marked_and_what_it_refuses_is_not() {
    let collector = Collector::start().await;
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()), ("OTEL_SERVICE_NAME", "acme")];
    let product = Product::own(&settings).await;
    let (sent, id) = traceparent("01");
    let login = json!({ "email": "nobody@example.com", "password": PASSWORD });
    let answer = product.api().post_with(&[("traceparent", &sent)], "/auth/login", &login).await;
    answer.refused("INVALID_CREDENTIALS", 401);
    let login = "guildhall.identity.v1.AuthenticationService/Login";
    let is_whole = |spans: &[Span]| {
        [SpanKind::Server, SpanKind::Client].iter().all(|kind| find(spans, "acme", *kind, login).is_some())
    };
    let spans = collector.trace(&id, is_whole).await;
    let server = find(&spans, "acme", SpanKind::Server, login).unwrap();
    let client = find(&spans, "acme", SpanKind::Client, login).unwrap();
    assert_eq!(server.attribute("rpc.response.status_code"), Some("UNAUTHENTICATED"));
    assert_eq!(client.attribute("error.type"), Some("INVALID_CREDENTIALS"));
    assert!(!server.is_error && client.is_error, "{spans:#?}");
}

#[tokio::test]
async fn a_trace_that_its_caller_does_not_sample_is_told_in_the_log_alone() {
    let collector = Collector::start().await;
    let mut product =
        Product::own(&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()), ("GUILDHALL_LOG", "info")]).await;
    let (sent, id) = traceparent("00");
    register(&product, &sent).await;
    let other = register(&product, "no trace at all").await;
    product.stop().await;
    let spans = collector.spans();
    assert!(spans.iter().all(|span| span.trace_id != id), "{spans:#?}");
    assert!(spans.iter().any(|span| span.attribute("guildhall.request_id") == Some(&other)), "{spans:#?}");
    let lines = json_lines(&product.log());
    let of_trace: Vec<_> = lines.iter().filter(|line| line["trace_id"] == id.as_str()).collect();
    for service in ["gateway", "identity", "organizations"] {
        assert!(of_trace.iter().any(|line| line["service"] == service), "{service}: {of_trace:#?}");
    }
}

#[tokio::test]
async fn a_collector_that_is_away_or_silent_keeps_nobody_waiting() {
    // Takes connections and never says a word.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for url in ["http://127.0.0.1:1", silent.as_str()] {
        let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", url), ("OTEL_EXPORTER_OTLP_TIMEOUT", "500")];
        let mut product = Product::own(&settings).await;
        for _ in 0..50 {
            product.api().get("/.well-known/jwks.json").await.expect(200);
        }
        eventually("a word about what is lost", async || {
            product.log().contains("the collector does not take all traces").then_some(())
        })
        .await;
        product.api().get("/.well-known/jwks.json").await.expect(200);
        product.stop().await;
    }
}

#[tokio::test]
async fn variables_for_traces_are_checked_and_told() {
    let bad = |name: &'static str, value: &'static str| async move {
        let settings = [
            ("GUILDHALL_PUBLIC_URL", "https://acceptance.test"),
            ("GUILDHALL_ENVIRONMENT", "dev"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"),
            (name, value),
        ];
        crate::harness::run_to_its_end(&["config", "check"], &settings).await
    };
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "just-a-word"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
    ] {
        let ending = bad(name, value).await;
        assert!(ending.code == Some(2) && ending.said.contains(&format!("{name} must be")), "{}", ending.said);
    }
    assert_eq!(bad("OTEL_METRICS_EXPORTER", "prometheus").await.code, Some(0), "it is for other programs");

    let settings = [("OTEL_EXPORTER_OTLP_HEADERS", "api-key=hunter2"), ("OTEL_TRACES_SAMPLER", "always_off")];
    let printed = crate::harness::run_to_its_end(&["config", "print", "--output", "json"], &settings).await;
    let lines = json_lines(&printed.said);
    let line = |name: &str| lines.iter().find(|line| line["setting"] == name).unwrap();
    assert_eq!(line("OTEL_TRACES_SAMPLER")["value"], "always_off");
    assert_eq!(line("OTEL_TRACES_SAMPLER")["origin"], "OTEL_TRACES_SAMPLER");
    assert_eq!(line("OTEL_EXPORTER_OTLP_ENDPOINT")["origin"], "default");
    assert_eq!(line("OTEL_EXPORTER_OTLP_HEADERS")["hidden"], true);
    assert!(!printed.said.contains("hunter2"), "{}", printed.said);
}
