//! What a started product is made of, for the banner and for programs that started it.

use std::collections::BTreeMap;

use serde::Serialize;

/// Where everything listens.
#[derive(Serialize)]
pub struct Ready {
    event: &'static str,
    /// URL of the gateway.
    pub http: String,
    /// URL of each service's gRPC port.
    pub grpc: BTreeMap<&'static str, String>,
    /// URL of each service's operator's port.
    pub ops: BTreeMap<&'static str, String>,
    /// Process id of each service, or of the one process.
    pub pids: BTreeMap<&'static str, u32>,
    /// The `iss` of access tokens.
    pub issuer: String,
    /// The `aud` of access tokens unless an app is named.
    pub audience: String,
}

/// The services by the names that commands, health and settings use; the gateway comes last.
pub const SERVICES: [&str; 5] = ["identity", "organizations", "invitations", "billing-context", "gateway"];

impl Ready {
    pub fn new(http: String, issuer: &str, audience: &str) -> Self {
        Self {
            event: "ready",
            http,
            grpc: BTreeMap::new(),
            ops: BTreeMap::new(),
            pids: BTreeMap::new(),
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
        }
    }
}
