//! Where traces go and which, as the standard variables of OpenTelemetry say it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::trace::Sampler;
use rustls::RootCertStore;
use tonic::metadata::{Ascii, MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::{ClientTlsConfig, Endpoint};

use super::pairs::pairs;
use crate::settings::{RawSettings, SettingsError};
use crate::tls::believed;

/// A variable of all signals, and the one of traces that counts in its place.
type OfTraces = [&'static str; 2];

const ENDPOINT: OfTraces = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
const CERTIFICATE: OfTraces = ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"];
const PROTOCOL: OfTraces = ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"];
const HEADERS: OfTraces = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"];
const TIMEOUT: OfTraces = ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"];
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";
const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const SAMPLER_ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
const DISABLED: &str = "OTEL_SDK_DISABLED";

/// The standard variables that are heeded: what each is unless it is set, and whether it may be shown. Others of that family are
/// for other programs and left alone.
pub const STANDARD_VARIABLES: [(&str, &str, bool); 16] = [
    (ENDPOINT[0], "none: no traces are sent", true),
    (ENDPOINT[1], ENDPOINT[0], true),
    (CERTIFICATE[0], "the system's authorities", true),
    (CERTIFICATE[1], CERTIFICATE[0], true),
    (PROTOCOL[0], "grpc", true),
    (PROTOCOL[1], PROTOCOL[0], true),
    (HEADERS[0], "none", false),
    (HEADERS[1], HEADERS[0], false),
    (TIMEOUT[0], "10000", true),
    (TIMEOUT[1], TIMEOUT[0], true),
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
    pub(super) headers: MetadataMap,
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
        let Some((name, endpoint)) = set(raw, ENDPOINT).filter(|_| !is_disabled) else { return Ok(None) };
        match raw.standard(EXPORTER) {
            None | Some("otlp") => {}
            Some("none") => return Ok(None),
            Some(_) => return Err(invalid(EXPORTER, "must be otlp or none")),
        }
        if let Some((name, _)) = set(raw, PROTOCOL).filter(|(_, protocol)| *protocol != "grpc") {
            return Err(invalid(name, "must be grpc; collectors take it on port 4317"));
        }
        let authorities = set(raw, CERTIFICATE).map(|(name, path)| {
            let read = std::fs::read(path).map_err(|error| error.to_string());
            let problem = |problem| invalid(name, &format!("must be a file of authorities in PEM form: {problem}"));
            read.and_then(|bundle| believed(&bundle)).map_err(problem)
        });
        let collector = collector(endpoint, authorities.transpose()?).map_err(|problem| invalid(name, &problem))?;
        let headers = set(raw, HEADERS).map_or(Ok(MetadataMap::new()), |(name, list)| {
            headers(list).ok_or_else(|| invalid(name, "must be key=value pairs, separated by commas"))
        })?;
        let resource = raw.standard(RESOURCE).map_or(Some(Vec::new()), pairs);
        let resource = resource.ok_or_else(|| invalid(RESOURCE, "must be key=value pairs, separated by commas"))?;
        let timeout = match set(raw, TIMEOUT).map(|(name, millis)| (name, millis.parse())) {
            None => Duration::from_secs(10),
            Some((_, Ok(millis @ 1..=60_000))) => Duration::from_millis(millis),
            Some((name, _)) => return Err(invalid(name, "must be 1 to 60000, in milliseconds")),
        };
        let name = raw.standard(SAMPLER).unwrap_or("parentbased_always_on");
        let sampler = sampler(name, raw.standard(SAMPLER_ARGUMENT)).map_err(|problem| invalid(SAMPLER, problem))?;
        let named = resource.iter().find(|(key, _)| key == "service.name").map(|(_, name)| name.clone());
        let service_name = raw.standard(SERVICE_NAME).map(str::to_owned).or(named);
        Ok(Some(Self { collector, headers, timeout, service_name, resource, sampler }))
    }
}

/// The variable that counts, and its value.
fn set(raw: &RawSettings, [of_all, of_traces]: OfTraces) -> Option<(&'static str, &str)> {
    [of_traces, of_all].into_iter().find_map(|name| Some((name, raw.standard(name)?)))
}

/// The collector, over TLS believed by these authorities, or else the system's.
fn collector(url: &str, authorities: Option<Arc<RootCertStore>>) -> Result<Endpoint, String> {
    let names_host = |rest: &str| !rest.is_empty() && !rest.starts_with('/');
    let is_secure = url.strip_prefix("https://").is_some_and(names_host);
    let is_plain = url.strip_prefix("http://").is_some_and(names_host);
    let endpoint = Endpoint::from_shared(url.trim_end_matches('/').to_owned()).ok();
    let endpoint = endpoint.filter(|_| is_secure || is_plain);
    let endpoint = endpoint.ok_or("must be the http:// or https:// URL of a collector")?;
    if is_plain {
        return Ok(endpoint);
    }
    let tls = match authorities {
        Some(authorities) => ClientTlsConfig::new().trust_anchors(authorities.roots.iter().cloned()),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    endpoint.tls_config(tls).map_err(|error| {
        // The error itself says no more than where it came from.
        let cause = error.source().map(ToString::to_string);
        format!("must be the URL of a collector that can be called over TLS: {}", cause.unwrap_or_default())
    })
}

/// The sampler with this standard name; the argument counts for those with a ratio.
fn sampler(name: &str, argument: Option<&str>) -> Result<Sampler, &'static str> {
    let (heeds_parent, root) = match name.strip_prefix("parentbased_") {
        Some(root) => (true, root),
        None => (false, name),
    };
    let root = match root {
        "always_on" => Sampler::AlwaysOn,
        "always_off" => Sampler::AlwaysOff,
        "traceidratio" => match argument.map_or(Ok(1.0), str::parse) {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Sampler::TraceIdRatioBased(ratio),
            _ => return Err("takes a number from 0 to 1 in OTEL_TRACES_SAMPLER_ARG"),
        },
        _ => return Err("must be always_on, always_off, traceidratio, or one of them behind parentbased_"),
    };
    Ok(if heeds_parent { Sampler::ParentBased(Box::new(root)) } else { root })
}

fn headers(list: &str) -> Option<MetadataMap> {
    let mut headers = MetadataMap::new();
    for (key, value) in pairs(list)? {
        let key: MetadataKey<Ascii> = key.to_lowercase().parse().ok()?;
        let mut value: MetadataValue<Ascii> = value.parse().ok()?;
        value.set_sensitive(true);
        headers.append(key, value);
    }
    Some(headers)
}

fn invalid(name: &str, problem: &str) -> SettingsError {
    SettingsError::Invalid { name: name.to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samplers_have_the_standard_names_and_ratios() {
        assert!(matches!(sampler("always_off", None), Ok(Sampler::AlwaysOff)));
        assert!(matches!(sampler("parentbased_always_on", None), Ok(Sampler::ParentBased(_))));
        assert!(matches!(sampler("traceidratio", Some("0.1")), Ok(Sampler::TraceIdRatioBased(0.1))));
        assert!(matches!(sampler("traceidratio", None), Ok(Sampler::TraceIdRatioBased(1.0))));
        for (name, argument) in [("sometimes", None), ("traceidratio", Some("2")), ("traceidratio", Some("NaN"))] {
            assert!(sampler(name, argument).is_err(), "{name} {argument:?}");
        }
    }
}
