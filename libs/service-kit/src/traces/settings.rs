//! Where traces go and which, as the standard variables of OpenTelemetry say it.

use std::time::Duration;

use tonic::metadata::{Ascii, MetadataKey, MetadataValue};
use tonic::transport::Endpoint;

use super::pairs::pairs;
use super::sampler::Sampler;
use crate::settings::{RawSettings, SettingsError};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const SAMPLER_ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
const DISABLED: &str = "OTEL_SDK_DISABLED";

/// The standard variables that are heeded: what each is unless it is set, and whether it may be shown. Others of that family are
/// for other programs and left alone.
pub const STANDARD_VARIABLES: [(&str, &str, bool); 10] = [
    (ENDPOINT, "none: no traces are sent", true),
    (PROTOCOL, "grpc", true),
    (HEADERS, "none", false),
    (TIMEOUT, "10000", true),
    (EXPORTER, "otlp", true),
    (SERVICE_NAME, "each service's own", true),
    (RESOURCE, "none", true),
    (SAMPLER, "parentbased_always_on", true),
    (SAMPLER_ARGUMENT, "1", true),
    (DISABLED, "false", true),
];

/// Where traces go, which of them, and what all of them say.
pub struct TraceSettings {
    pub(super) collector: Endpoint,
    pub(super) headers: Vec<(MetadataKey<Ascii>, MetadataValue<Ascii>)>,
    pub(super) timeout: Duration,
    /// Instead of each service's own name.
    pub(super) service_name: Option<String>,
    pub(super) resource: Vec<(String, String)>,
    pub(super) sampler: Sampler,
}

impl TraceSettings {
    /// What the variables say; `None` when no traces are to be sent.
    ///
    /// # Errors
    /// When one cannot be used. Those of an exporter that is switched off are not looked at.
    pub fn read(raw: &RawSettings) -> Result<Option<Self>, SettingsError> {
        let is_disabled = raw.standard(DISABLED).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let Some(endpoint) = raw.standard(ENDPOINT).filter(|_| !is_disabled) else { return Ok(None) };
        match raw.standard(EXPORTER) {
            None | Some("otlp") => {}
            Some("none") => return Ok(None),
            Some(_) => return Err(invalid(EXPORTER, "must be otlp or none")),
        }
        if !matches!(raw.standard(PROTOCOL), None | Some("grpc")) {
            return Err(invalid(PROTOCOL, "must be grpc; collectors take it on port 4317"));
        }
        let usable = endpoint.strip_prefix("http://").filter(|rest| !rest.is_empty() && !rest.starts_with('/'));
        let collector = usable.and_then(|_| Endpoint::from_shared(endpoint.trim_end_matches('/').to_owned()).ok());
        let collector =
            collector.ok_or_else(|| invalid(ENDPOINT, "must be the http:// URL of a collector, which may send on"))?;
        let headers = raw.standard(HEADERS).map_or(Some(Vec::new()), headers);
        let headers = headers.ok_or_else(|| invalid(HEADERS, "must be key=value pairs, separated by commas"))?;
        let resource = raw.standard(RESOURCE).map_or(Some(Vec::new()), pairs);
        let resource = resource.ok_or_else(|| invalid(RESOURCE, "must be key=value pairs, separated by commas"))?;
        let timeout = match raw.standard(TIMEOUT).map(str::parse) {
            None => Duration::from_secs(10),
            Some(Ok(millis @ 1..=60_000)) => Duration::from_millis(millis),
            Some(_) => return Err(invalid(TIMEOUT, "must be 1 to 60000, in milliseconds")),
        };
        let sampler = raw.standard(SAMPLER).map_or(Ok(Sampler::DEFAULT), |name| {
            Sampler::parse(name, raw.standard(SAMPLER_ARGUMENT)).map_err(|problem| invalid(SAMPLER, problem))
        })?;
        let named = resource.iter().find(|(key, _)| key == "service.name").map(|(_, name)| name.clone());
        let service_name = raw.standard(SERVICE_NAME).map(str::to_owned).or(named);
        Ok(Some(Self { collector, headers, timeout, service_name, resource, sampler }))
    }
}

fn headers(list: &str) -> Option<Vec<(MetadataKey<Ascii>, MetadataValue<Ascii>)>> {
    let header = |(key, value): (String, String)| {
        let mut value: MetadataValue<Ascii> = value.parse().ok()?;
        value.set_sensitive(true);
        Some((key.to_lowercase().parse().ok()?, value))
    };
    pairs(list)?.into_iter().map(header).collect()
}

fn invalid(name: &str, problem: &str) -> SettingsError {
    SettingsError::Invalid { name: name.to_owned(), problem: problem.to_owned() }
}
