//! What the composition root decides for the gateway.

use ipnet::IpNet;
use mail::Mailbox;
use service_kit::MasterKey;

use crate::origins::Origin;

/// The gateway's settings.
pub struct Settings {
    /// The deployment's key; page tokens are made with a key derived from it, which every replica has.
    pub master_key: MasterKey,
    /// Where clients reach the gateway, without a slash at the end; named in the OpenAPI document.
    pub public_url: String,
    /// Networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The origin of that URL: pages of it may act by cookie.
    pub own_origin: Origin,
    /// Origins of the apps: their pages may act by cookie and read answers.
    pub app_origins: Vec<Origin>,
    /// The pages for developers; `None` leaves them out.
    pub dev: Option<DevPages>,
}

/// What the pages for developers show.
pub struct DevPages {
    /// The mails that were kept instead of sent, with the secret links in them; `None` when mail is sent.
    pub mailbox: Option<Mailbox>,
}
