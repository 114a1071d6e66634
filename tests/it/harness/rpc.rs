//! The gRPC wire, as any client would use it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::SERVICE_SECRET;

/// Channels to the services. In one process they lead to the same port.
pub struct Rpc {
    channels: BTreeMap<String, Channel>,
}

impl Rpc {
    pub fn new(addresses: &BTreeMap<String, String>) -> Self {
        let connect = |address: &String| Endpoint::from_shared(address.clone()).expect("an address").connect_lazy();
        let channels = addresses.iter().map(|(service, address)| (service.clone(), connect(address))).collect();
        Self { channels }
    }

    pub fn identity(&self) -> Channel {
        self.of("identity")
    }

    pub fn organizations(&self) -> Channel {
        self.of("organizations")
    }

    pub fn invitations(&self) -> Channel {
        self.of("invitations")
    }

    pub fn billing(&self) -> Channel {
        self.of("billing-context")
    }

    /// The channel to the service that serves this RPC service, by its full name.
    pub fn serving(&self, rpc_service: &str) -> Channel {
        match rpc_service.split('.').nth(1) {
            Some("billing") => self.billing(),
            Some(package) => self.of(package),
            None => panic!("{rpc_service} is in no package"),
        }
    }

    fn of(&self, service: &str) -> Channel {
        self.channels.get(service).unwrap_or_else(|| panic!("no address of {service}")).clone()
    }
}

/// The message with this access token.
pub fn signed<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let bearer = format!("Bearer {token}").parse().expect("a header value");
    request.metadata_mut().insert("authorization", bearer);
    request
}

/// The message as another service of the deployment would send it.
pub fn as_service<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let secret = SERVICE_SECRET.parse().expect("a header value");
    request.metadata_mut().insert("guildhall-service-credential", secret);
    request
}

/// The details of a refusal with this reason and code.
#[track_caller]
pub fn refused<T: Debug>(outcome: Result<Response<T>, Status>, reason: &str, code: Code) -> ErrorDetails {
    let status = outcome.expect_err("a refusal");
    let details = status.get_error_details();
    let info = details.error_info().unwrap_or_else(|| panic!("a refusal without ErrorInfo: {status:?}"));
    assert_eq!((info.reason.as_str(), status.code()), (reason, code), "{status:?}");
    assert_eq!(info.domain, "guildhall");
    assert!(!status.message().is_empty());
    details
}
