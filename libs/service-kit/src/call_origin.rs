//! Where a call came from before its first hop: told in audit logs, and whom limits count. So it is believed of services of
//! this deployment alone; anybody else is known by the connection.

use std::net::IpAddr;

use http::{HeaderName, HeaderValue};
use tonic::Request;
use tonic::metadata::MetadataMap;
use tonic::transport::server::TcpConnectInfo;

use crate::request_scope::{PEER, RequestScope};

/// The metadata key of the client's IP address.
const CLIENT_ADDRESS: HeaderName = HeaderName::from_static("guildhall-client-address");
/// The metadata key of the client's User-Agent.
const CLIENT_AGENT: HeaderName = HeaderName::from_static("guildhall-client-agent");
/// Most bytes of an address in text form.
const LONGEST_ADDRESS: usize = 45;
/// Most characters of a User-Agent that are kept.
const LONGEST_AGENT: usize = 400;

/// Marks a call that another service of the deployment made.
#[derive(Clone, Copy)]
struct FromService;

/// Where a call came from, and as which request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallOrigin {
    /// IP address in text form, at most 45 bytes.
    pub ip_address: Option<String>,
    /// What the client calls itself, at most 400 characters.
    pub user_agent: Option<String>,
    /// Names the request in logs and answers, at most 64 bytes.
    pub request_id: Option<String>,
}

impl CallOrigin {
    /// The address as one; `None` when it is not known.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip_address.as_ref().and_then(|text| text.parse().ok())
    }

    /// A command that somebody runs on a machine of the deployment, by this account of the machine.
    pub fn of_command(os_user: &str) -> Self {
        let user_agent = format!("cli:{os_user}").chars().take(LONGEST_AGENT).collect();
        Self { ip_address: None, user_agent: Some(user_agent), request_id: None }
    }

    /// Only services of the deployment are believed about where the calls that they make came from. Anybody else is known
    /// by the connection.
    pub fn of<T>(request: &Request<T>) -> Self {
        let request_id = RequestScope::current().map(|scope| scope.request_id.to_string());
        if !is_from_service(request) {
            let ip_address = request.remote_addr().map(|peer| peer.ip().to_canonical().to_string());
            return Self { ip_address, user_agent: None, request_id };
        }
        let said = |name: &HeaderName| {
            let value = request.metadata().as_ref().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned()).filter(|text| !text.is_empty())
        };
        Self {
            ip_address: said(&CLIENT_ADDRESS).filter(|address| address.len() <= LONGEST_ADDRESS),
            user_agent: said(&CLIENT_AGENT).map(|agent| agent.chars().take(LONGEST_AGENT).collect()),
            request_id,
        }
    }
}

/// Tells the next service where the call came from. What cannot stand in a header is left out.
pub fn tell_origin(metadata: &mut MetadataMap, ip_address: &str, user_agent: &str) {
    let headers = metadata.as_mut();
    for (name, text) in [(CLIENT_ADDRESS, ip_address), (CLIENT_AGENT, user_agent)] {
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            headers.insert(name, value);
        }
    }
}

/// Whether another service of the deployment makes the call.
pub fn is_from_service<T>(request: &Request<T>) -> bool {
    request.extensions().get::<FromService>().is_some()
}

/// Marks a call that another service makes. For the log: who calls, where the call came from before its first hop, and what the client
/// calls itself. Only services are believed about it, and then `from_service` is true.
pub(crate) fn note_origin(request: &mut axum::extract::Request, from_service: bool) {
    if from_service {
        request.extensions_mut().insert(FromService);
    }
    let headers = request.headers();
    let said = |name: &HeaderName| headers.get(name).filter(|_| from_service)?.to_str().ok();
    let address = match said(&CLIENT_ADDRESS) {
        Some(text) => text.parse().ok(),
        None if from_service => None,
        None => {
            let info = request.extensions().get::<TcpConnectInfo>();
            info.and_then(TcpConnectInfo::remote_addr).map(|peer| peer.ip())
        }
    };
    let is_name = |name: &&str| name.len() <= 30 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let peer = match said(&PEER).filter(is_name) {
        Some(name) => name.to_owned(),
        None => if from_service { "service" } else { "client" }.to_owned(),
    };
    RequestScope::note(|facts| {
        facts.note_peer(peer, from_service);
        facts.note_client(address, said(&CLIENT_AGENT));
    });
}
