//! Where a call came from.

use service_kit::call_origin::is_from_service;
use service_kit::{CallOrigin, SecretToken};
use tonic::Request;

use crate::domain::client::Client;
use crate::domain::way::Way;

/// Who may say where a call came from, and what is known beside the message.
pub struct Origin {
    pub is_from_service: bool,
    seen: Client,
}

impl Origin {
    pub fn of<T>(request: &Request<T>) -> Self {
        let CallOrigin { ip_address, user_agent, .. } = CallOrigin::of(request);
        let seen = Client::seen(&ip_address.unwrap_or_default(), &user_agent.unwrap_or_default());
        Self { is_from_service: is_from_service(request), seen }
    }

    /// Where the call came from: as the service says beside the message that passes it on, else by the connection.
    pub fn client(&self) -> Client {
        self.seen.clone()
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
