//! What the composition root decides for the gateway.

use ipnet::IpNet;
use mail::Mailbox;

/// The gateway's settings.
pub struct Settings {
    /// Where clients reach the gateway, without a slash at the end; named in the OpenAPI document.
    pub public_url: String,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The pages for developers; `None` leaves them out.
    pub dev: Option<DevPages>,
}

/// What the pages for developers show.
pub struct DevPages {
    /// The mails that were kept instead of sent, with the secret links in them; `None` when mail is sent.
    pub mailbox: Option<Mailbox>,
}
