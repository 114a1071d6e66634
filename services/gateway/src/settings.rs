//! What the composition root decides for the gateway.

use ipnet::IpNet;
use mail::Mailbox;
use service_kit::{Entropy, MasterKey, Metrics, Traces};
use tokio_util::sync::CancellationToken;

use crate::app_url::AppUrl;
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
    /// The pages for people.
    pub pages: PageSettings,
    /// The pages for developers; `None` leaves them out.
    pub dev: Option<DevPages>,
    /// Where spans go.
    pub traces: Traces,
    /// When the gateway stops: answers that would have no end, end then.
    pub stop: CancellationToken,
    /// Randomness.
    pub entropy: Entropy,
    /// What operators are told.
    pub metrics: Metrics,
}

/// What the pages for people say and where they lead.
pub struct PageSettings {
    /// What the product is called there.
    pub product_name: String,
    /// Where people go on when they are done; `None`: to the gateway's own first page.
    pub app_url: Option<AppUrl>,
    /// Fewest characters of a new password, to be said before one is chosen.
    pub shortest_password: usize,
    /// Whether whoever is invited may make an account there.
    pub offers_sign_up: bool,
}

/// What the pages for developers show.
pub struct DevPages {
    /// The mails that were kept instead of sent, with the secret links in them; `None` when mail is sent.
    pub mailbox: Option<Mailbox>,
}
