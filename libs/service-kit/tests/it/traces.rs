//! The trace that a call belongs to, over both wires and through the outbox.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::billing::v1::ListPlansRequest;
use service_kit::outbox::append;
use service_kit::periodic::PeriodicWork;
use service_kit::refusal::pass_on;
use service_kit::relay::Relay;
use service_kit::request_scope::RequestScope;
use service_kit::settings::RawSettings;
use service_kit::traces::{Kind, TRACEPARENT, TRACESTATE, TraceContext, TraceScope, TraceSettings};
use service_kit::{Entropy, Metrics, Traces};
use test_kit::START;

use crate::hosting::Wire;
use crate::outbox::{TOPIC, due_at};
use crate::relay::deliver;
use crate::store;
use crate::stub::{Stub, ask, message};

const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Answers the trace that it works in.
fn tells_its_trace() -> Stub {
    Stub::new(|_| async { Ok(TraceScope::current().expect("a call has one").context().to_string()) })
}

fn within(sent: Option<&str>) -> RequestScope {
    let mut scope = RequestScope::begin(Duration::from_secs(10));
    let parent = sent.and_then(TraceContext::parse);
    (scope.trace, _) = TraceScope::begin(parent.as_ref(), "test", &Traces::none(), Kind::Server, String::new);
    scope
}

fn parse(text: &str) -> TraceContext {
    TraceContext::parse(text).expect("a traceparent")
}

#[tokio::test]
async fn every_hop_is_in_the_same_trace_as_a_span_of_its_own_and_keeps_what_was_decided() {
    for wire in Wire::BOTH {
        let second = wire.host(tells_its_trace().open()).await;
        let next = second.channel.clone();
        let first = Stub::new(move |_| {
            let next = next.clone();
            async move {
                let own = TraceScope::current().expect("a call has one").context();
                let other = ask(&next, message("")).await.map_err(pass_on)?;
                Ok(format!("{own} {other}"))
            }
        });
        let hosted = wire.host(first.open()).await;
        for (sent, is_sampled) in [(SENT, true), (&SENT.replace("-01", "-00"), false)] {
            let scope = within(Some(sent));
            let ours = scope.trace.context();
            let told = scope.run(ask(&hosted.channel, message(""))).await.unwrap();
            let spans: Vec<TraceContext> = told.split(' ').map(parse).collect();
            for span in &spans {
                assert_eq!(span.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736", "{wire:?}");
                assert_eq!(span.is_sampled(), is_sampled, "{wire:?}");
                assert!(span.span_id() != ours.span_id(), "{wire:?}");
            }
            assert!(spans[0].span_id() != spans[1].span_id(), "{wire:?}");
        }
    }
}

#[tokio::test]
async fn what_other_systems_added_to_a_trace_goes_with_it() {
    for wire in Wire::BOTH {
        let last = wire.host(Stub::new(|request| async move { Ok(state_of(&request)) }).open()).await;
        let next = last.channel.clone();
        let first = Stub::new(move |request| {
            let next = next.clone();
            async move { Ok(format!("{} {}", state_of(&request), ask(&next, message("")).await.map_err(pass_on)?)) }
        });
        let hosted = wire.host(first.open()).await;
        let mut headers = http::HeaderMap::from_iter([(TRACEPARENT, SENT.parse().unwrap())]);
        let mut scope = within(None);
        for (state, passed_on) in [("acme=1,other=2", "acme=1,other=2"), ("not a list", "")] {
            headers.insert(TRACESTATE, state.parse().unwrap());
            let parent = TraceContext::of_headers(&headers);
            (scope.trace, _) = TraceScope::begin(parent.as_ref(), "test", &Traces::none(), Kind::Server, String::new);
            let told = scope.clone().run(ask(&hosted.channel, message(""))).await.unwrap();
            assert_eq!(told, format!("{passed_on} {passed_on}"), "{wire:?}");
        }
    }
}

fn state_of(request: &tonic::Request<ListPlansRequest>) -> String {
    request.metadata().get("tracestate").map(|state| state.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn each_round_of_periodic_work_is_a_trace_of_its_own() {
    let hosted = Wire::InProcess.host(tells_its_trace().open()).await;
    let told = Arc::<Mutex<Vec<String>>>::default();
    let (channel, telling) = (hosted.channel.clone(), Arc::clone(&told));
    let work = PeriodicWork::new("asking twice", Duration::from_secs(1), Entropy::seeded(1), move || {
        let (channel, telling) = (channel.clone(), Arc::clone(&telling));
        async move {
            for _ in 0..2 {
                let trace = ask(&channel, message("")).await?;
                telling.lock().unwrap().push(parse(&trace).trace_id().to_string());
            }
            Ok::<_, tonic::Status>(())
        }
    });
    work.run_once().await;
    work.run_once().await;
    let told = told.lock().unwrap();
    let [one, also_one, other, also_other] = told.as_slice() else { panic!("{told:?}") };
    assert!(one == also_one && other == also_other && one != other, "{told:?}");
}

#[tokio::test]
async fn calls_that_come_from_nowhere_begin_traces_of_their_own() {
    let hosted = Wire::Tcp.host(tells_its_trace().open()).await;
    let (one, other) = (ask(&hosted.channel, message("")).await, ask(&hosted.channel, message("")).await);
    let (one, other) = (parse(&one.unwrap()), parse(&other.unwrap()));
    assert!(one.trace_id() != other.trace_id());
    assert!(!one.is_sampled(), "nobody is told");
}

#[tokio::test]
async fn a_delivery_goes_on_in_the_trace_that_its_message_was_written_in() {
    let database = store::database().await;
    let transaction = database.begin_write().await.unwrap();
    let written = append(&transaction, due_at("traced", START), START);
    within(Some(SENT)).run(written).await.unwrap();
    append(&transaction, due_at("alone", START), START).await.unwrap();
    transaction.commit().await.unwrap();

    let hosted = Wire::InProcess.host(tells_its_trace().open()).await;
    let told = Arc::<Mutex<Vec<(String, TraceContext)>>>::default();
    let relay = {
        let (told, channel) = (Arc::clone(&told), hosted.channel.clone());
        Relay::new(database.clone(), test_kit::clock(), Entropy::seeded(1)).on(TOPIC, move |delivery| {
            let (told, channel) = (Arc::clone(&told), channel.clone());
            async move {
                let trace = ask(&channel, message("")).await.unwrap();
                told.lock().unwrap().push((delivery.key, parse(&trace)));
                Ok(())
            }
        })
    };
    assert_eq!(deliver(&relay, 2).await, 2);
    let told = told.lock().unwrap();
    let trace_of = |key: &str| &told.iter().find(|(other, _)| other == key).unwrap().1;
    assert_eq!(trace_of("traced").trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert!(trace_of("traced").is_sampled());
    assert_ne!(trace_of("alone").trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
}

#[tokio::test]
async fn spans_that_nobody_takes_are_dropped_and_counted_and_calls_are_answered() {
    // Takes connections and never says a word.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), url)];
    let raw = RawSettings::collect(None, variables.into_iter()).unwrap();
    let traces = Traces::start(TraceSettings::read(&raw).unwrap().unwrap(), "1.2.3");
    let hosted = Wire::InProcess.host(Stub::echo().open().traced(&traces)).await;
    let (queue, batch) = (2048, 512);
    for _ in 0..2 * (queue + batch) {
        // Sampled, as whoever calls says.
        let answer = within(Some(SENT)).run(ask(&hosted.channel, message("hello"))).await;
        assert_eq!(answer.unwrap(), "hello");
    }
    assert!(traces.dropped() > 0);
    let metrics = Metrics::new();
    traces.tell(&metrics);
    let (told, number) = (metrics.text().unwrap(), format!("guildhall_spans_dropped_total {}", traces.dropped()));
    assert!(told.contains(&number), "{told}");
}
