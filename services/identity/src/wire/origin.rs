//! Where a call came from.

use std::net::IpAddr;

use contracts::identity::v1::ClientContext;
use service_kit::SecretToken;
use service_kit::authentication::is_from_service;
use tonic::Request;

use crate::domain::client::Client;
use crate::domain::way::Way;

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

    /// Whether something is in cookies. Only the gateway has to do with any; whatever anybody else says of them
    /// counts as not said.
    pub const fn in_cookies(&self, said: bool) -> bool {
        said && self.is_from_service
    }

    /// The way that a caller's call came in, given the refresh token that came in a cookie.
    pub fn way(&self, cookie_refresh_token: Option<&str>) -> Way {
        match cookie_refresh_token {
            Some(token) if self.is_from_service => Way::ByCookie(SecretToken::parse(token)),
            _ => Way::WithTokens,
        }
    }
}
