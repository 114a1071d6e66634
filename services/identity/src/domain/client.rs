//! Where a session was opened from, as its owner will see it in the list of sessions.

use std::net::IpAddr;

const LONGEST_USER_AGENT: usize = 400;

/// The device behind a session, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// In its canonical text form.
    pub ip_address: Option<String>,
    /// At most 400 characters, none of them a control character.
    pub user_agent: Option<String>,
}

impl Client {
    /// The address as one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip_address.as_ref().and_then(|text| text.parse().ok())
    }

    /// Keeps what is plausible and drops the rest: a strange header is no reason to refuse a sign-in.
    pub fn seen(ip_address: &str, user_agent: &str) -> Self {
        let ip_address = ip_address.parse::<IpAddr>().ok().map(|ip| ip.to_string());
        let user_agent: String =
            user_agent.chars().filter(|character| !character.is_control()).take(LONGEST_USER_AGENT).collect();
        Self { ip_address, user_agent: Some(user_agent).filter(|text| !text.is_empty()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_dropped() {
        let client = Client::seen("not an address", "Fire\0fox\n");
        assert_eq!(client, Client { ip_address: None, user_agent: Some("Firefox".to_owned()) });
        assert_eq!(Client::seen("2001:DB8::1", "").ip_address.as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn a_long_user_agent_is_cut() {
        let client = Client::seen("", &"ä".repeat(1000));
        assert_eq!(client.user_agent.map(|text| text.chars().count()), Some(400));
    }
}
