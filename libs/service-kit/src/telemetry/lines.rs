//! One JSON object for each log line, its fields side by side: when, how grave, what; which process; which call; and what the event
//! says. Of spans within each other the innermost counts.

use std::borrow::Cow;
use std::fmt::Debug;
use std::io::Write;

use serde::Serializer;
use serde::ser::SerializeMap;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::masked::masked;
use crate::clock::Clock;

/// What every line says of the process.
#[derive(Clone, Debug)]
pub struct Process {
    /// What is served here; lines of one service of several name that one.
    pub service: String,
    /// The product's version.
    pub version: &'static str,
    /// `dev` or `production`.
    pub environment: &'static str,
}

/// Writes log lines.
pub struct JsonLines<W> {
    process: Process,
    writer: W,
    clock: Clock,
}

impl<W> JsonLines<W> {
    /// Lines of this process, to this writer.
    pub const fn new(process: Process, writer: W) -> Self {
        Self { process, writer, clock: Clock::system() }
    }

    fn now(&self) -> String {
        let now = OffsetDateTime::from_unix_timestamp_nanos(self.clock.nanos().into());
        now.ok().and_then(|now| now.format(&Rfc3339).ok()).unwrap_or_default()
    }
}

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut said = Fields::default();
        event.record(&mut said);
        let mut line = Fields::default();
        line.set("ts", self.now().into());
        line.set("level", event.metadata().level().as_str().into());
        line.set("msg", said.take("message").unwrap_or_default());
        line.set("service", self.process.service.as_str().into());
        line.set("version", self.process.version.into());
        line.set("env", self.process.environment.into());
        let fixed = line.0.len();
        line.set("target", said.take("log.target").unwrap_or_else(|| event.metadata().target().into()));
        for span in context.event_scope(event).into_iter().flat_map(|spans| spans.from_root()) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.extend(fields.0.iter().cloned(), fixed);
            }
        }
        // What the bridge from the `log` crate adds says where in a library's sources the line comes from.
        line.extend(said.0.into_iter().filter(|(name, _)| !name.starts_with("log.")), fixed);
        let mut text = Vec::with_capacity(512);
        if line.write(&mut text).is_ok() {
            text.push(b'\n');
            // There is nowhere to tell that nobody takes the log.
            let _ = self.writer.make_writer_for(event.metadata()).write_all(&text);
        }
    }
}

/// Fields in their order, each name once.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, held)) => *held = value,
            None => self.0.push((name, value)),
        }
    }

    /// Takes these over. Of the first `fixed` fields only the service can be said anew.
    fn extend(&mut self, fields: impl Iterator<Item = (&'static str, Value)>, fixed: usize) {
        for (name, value) in fields {
            let is_fixed = name != "service" && self.0[..fixed].iter().any(|(other, _)| *other == name);
            if !(is_fixed || value == "") {
                self.set(name, value);
            }
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(other, _)| *other == name)?;
        Some(self.0.remove(place).1)
    }

    fn write(&self, text: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let mut serializer = serde_json::Serializer::new(text);
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match value {
                Value::String(text) => map.serialize_entry(name, &masked(text))?,
                other => map.serialize_entry(name, other)?,
            }
        }
        map.end()
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field.name(), Cow::<str>::Owned(format!("{value:?}")).into());
    }
}
