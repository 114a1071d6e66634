//! Where a call came from.

use std::net::IpAddr;

use contracts::identity::v1::ClientContext;
use service_kit::authentication::is_from_service;
use tonic::Request;

use crate::domain::client::Client;

/// Who may say where a call came from, and what the connection says.
pub struct Origin {
    pub is_from_service: bool,
    /// `None` in process.
    peer: Option<IpAddr>,
}

impl Origin {
    pub fn of<T>(request: &Request<T>) -> Self {
        Self {
            is_from_service: is_from_service(request),
            peer: request.remote_addr().map(|address| address.ip().to_canonical()),
        }
    }

    /// Only the gateway knows where the calls that it makes came from; anybody else could make it up, and
    /// is known by the connection.
    pub fn client(&self, said: Option<ClientContext>) -> Client {
        match said {
            Some(client) if self.is_from_service => Client::seen(&client.ip_address, &client.user_agent),
            _ => Client { ip_address: self.peer.map(|ip| ip.to_string()), user_agent: None },
        }
    }
}
