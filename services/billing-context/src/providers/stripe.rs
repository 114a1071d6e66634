//! Stripe: customers, checkout, portal, changes, and reading how things stand there.
//!
//! What Stripe says when it is read counts, and nothing else: not the order of its events, not what we asked for.

mod answers;
mod catalog;
mod changes;
mod client;
mod customers;
mod event;
mod reading;
mod signature;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use service_kit::{Clock, Database, Timestamp};
use url::Host;

pub use client::StripeError;
pub use event::{NoEvent, StripeEvent};
pub use signature::{SignatureProblem, UnusableSecrets, WebhookSecrets};

use crate::domain::{Order, PortalVisit, Step, StripeCustomer};
use crate::providers::stripe::answers::{Made, OpenSession, Session};
use crate::providers::stripe::client::StripeClient;
use crate::providers::{Provider, ProviderError};

/// The version whose shapes are read here. A later one may be set when Stripe retires it.
const API_VERSION: &str = "2025-03-31.basil";
const API_BASE: &str = "https://api.stripe.com";
/// More open checkouts of one customer than there can be orders of an organization.
const MOST_CHECKOUTS: usize = 1000;
/// How Stripe begins to say that the portal has no settings.
const NO_PORTAL: &str = "No configuration provided";

/// How Stripe is used.
#[derive(Clone)]
pub struct StripeSettings {
    /// The account's secret key, or a restricted one.
    pub secret_key: SecretString,
    /// What its webhooks are signed with.
    pub webhook_secrets: WebhookSecrets,
    /// Where its API is, without a path.
    pub api_base: Url,
    /// The version that every call names.
    pub api_version: String,
}

/// A setting of Stripe's cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnusableStripe {
    /// The key is of no kind that is known.
    #[error("must be a secret or restricted key of Stripe's: sk_test_…, sk_live_…, rk_test_… or rk_live_…")]
    SecretKey,
    /// Keys would be sent in the clear, or nowhere.
    #[error("must be an https:// URL without a path, or http:// on this machine")]
    ApiBase,
    /// No such version.
    #[error("must be a version of Stripe's API from 2025-03-31.basil on, written like that")]
    ApiVersion,
}

impl StripeSettings {
    /// Reads what the settings say; base and version have defaults.
    pub fn read(
        secret_key: &SecretString,
        webhook_secrets: WebhookSecrets,
        api_base: Option<&str>,
        api_version: Option<&str>,
    ) -> Result<Self, UnusableStripe> {
        mode_of(secret_key).ok_or(UnusableStripe::SecretKey)?;
        let api_base = read_base(api_base.unwrap_or(API_BASE)).ok_or(UnusableStripe::ApiBase)?;
        let api_version = api_version.unwrap_or(API_VERSION);
        if !is_readable(api_version) {
            return Err(UnusableStripe::ApiVersion);
        }
        Ok(Self { secret_key: secret_key.clone(), webhook_secrets, api_base, api_version: api_version.to_owned() })
    }
}

/// Whether a key moves real money; `None` when it is no key.
fn mode_of(secret_key: &SecretString) -> Option<bool> {
    let key = secret_key.expose_secret();
    let rest = key.strip_prefix("sk_").or_else(|| key.strip_prefix("rk_"))?;
    match rest.split_once('_')? {
        ("live", rest) if !rest.is_empty() => Some(true),
        ("test", rest) if !rest.is_empty() => Some(false),
        _ => None,
    }
}

/// HTTPS, or HTTP that does not leave the machine.
fn read_base(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_loopback = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    let is_bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    (is_private && is_bare).then_some(url)
}

/// A date, a dot and a name; dates from that of the oldest readable version on.
fn is_readable(version: &str) -> bool {
    let Some((date, name)) = version.split_once('.') else { return false };
    let is_date = date.len() == 10
        && date
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let is_name = (1..=30).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_date && is_name && *date >= API_VERSION[..10]
}

/// Stripe as a provider.
pub struct Stripe {
    client: StripeClient,
    webhook_secrets: WebhookSecrets,
    is_live: bool,
    database: Database,
    clock: Clock,
}

impl Stripe {
    /// With these settings, remembering customers and prices in this database.
    pub fn new(settings: StripeSettings, database: Database, clock: Clock) -> Result<Self, reqwest::Error> {
        let is_live = mode_of(&settings.secret_key).unwrap_or(false);
        let client = StripeClient::new(settings.api_base, settings.api_version, settings.secret_key)?;
        Ok(Self { client, webhook_secrets: settings.webhook_secrets, is_live, database, clock })
    }

    /// Whether real money moves.
    pub const fn is_live(&self) -> bool {
        self.is_live
    }

    /// Believes a webhook that Stripe signed just now.
    pub fn check_signature(&self, header: &str, body: &[u8], now: Timestamp) -> Result<(), SignatureProblem> {
        self.webhook_secrets.check(header, body, now)
    }

    /// Ends the checkouts of a customer that are open, were opened up to that second and sell one of our plans. One that is
    /// over meanwhile, or paid, is left as it is.
    pub async fn expire_checkouts(&self, customer: &StripeCustomer, opened_until: i64) -> Result<(), StripeError> {
        let query = [("customer", customer.customer_id.clone()), ("status", "open".to_owned())];
        let open = self.client.list("/v1/checkout/sessions", &query, MOST_CHECKOUTS, |it: &OpenSession| &it.id).await;
        let open = match open {
            Err(error) if error.is_missing() => Vec::new(),
            open => open?.all,
        };
        let organization = customer.organization_id.to_string();
        let is_ours = |session: &OpenSession| {
            session.mode == "subscription"
                && session.client_reference_id.as_ref() == Some(&organization)
                && session.created <= opened_until
        };
        for session in open.into_iter().filter(is_ours) {
            let path = format!("/v1/checkout/sessions/{}/expire", session.id);
            match self.client.post::<Made>(&path, &[], &format!("expire/{}", session.id)).await {
                Ok(_) | Err(StripeError::Refused { status: 400 | 404, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn open_checkout(
        &self,
        order: &Order,
        customer: &StripeCustomer,
        price: &str,
    ) -> Result<Session, StripeError> {
        let organization = order.organization_id.to_string();
        let mut form = vec![
            ("mode", "subscription".to_owned()),
            ("customer", customer.customer_id.clone()),
            ("client_reference_id", organization.clone()),
            ("line_items[0][price]", price.to_owned()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("subscription_data[metadata][organization_id]", organization),
            ("success_url", order.success_url.to_string()),
            ("cancel_url", order.cancel_url.to_string()),
            ("expires_at", order.expires.seconds().to_string()),
        ];
        if order.trial_days > 0 {
            form.push(("subscription_data[trial_period_days]", order.trial_days.to_string()));
        }
        // Another customer or price is another request, and a key stands for one.
        let key = format!("order/{}/{}/{price}", order.id, customer.customer_id);
        self.client.post("/v1/checkout/sessions", &form, &key).await
    }
}

#[async_trait::async_trait]
impl Provider for Stripe {
    async fn start_checkout(&self, order: &Order) -> Result<String, ProviderError> {
        let customer = self.customer_of(order.organization_id).await?;
        let price = self.price_of(&order.plan).await?;
        let session = match self.open_checkout(order, &customer, &price).await {
            // Somebody removed the customer or the price at Stripe: the buyer is not to suffer from it.
            Err(error) if error.is_missing() => {
                let customer = self.customer_in_place_of(&customer).await?;
                let price = self.price_in_place_of(&order.plan, &price).await?;
                self.open_checkout(order, &customer, &price).await?
            }
            session => session?,
        };
        session.url.ok_or_else(|| ProviderError::Refused("the checkout is over already".to_owned()))
    }

    async fn open_portal(&self, visit: &PortalVisit) -> Result<String, ProviderError> {
        let customer = self.customer_of(visit.organization_id).await?;
        let form = [("customer", customer.customer_id), ("return_url", visit.return_url.to_string())];
        let key = format!("visit/{}", visit.id);
        let session: Session = match self.client.post("/v1/billing_portal/sessions", &form, &key).await {
            // Somebody removed the customer at Stripe, and with it whatever could have been looked after.
            Err(error) if error.is_missing() => return Err(ProviderError::CustomerGone),
            // Stripe has no word for it, only this sentence. Whatever else is wrong is not the portal's settings.
            Err(StripeError::Refused { status: 400, message, .. }) if message.starts_with(NO_PORTAL) => {
                return Err(ProviderError::NoPortal(message));
            }
            session => session?,
        };
        session.url.ok_or_else(|| ProviderError::Refused("the portal has no address".to_owned()))
    }

    async fn carry_out(&self, step: &Step) -> Result<(), ProviderError> {
        if step.is_live.is_some_and(|is_live| is_live != self.is_live) {
            return Err(ProviderError::NotConfigured);
        }
        self.change(step).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(key: &str, base: Option<&str>, version: Option<&str>) -> Result<StripeSettings, UnusableStripe> {
        let secrets = WebhookSecrets::parse(&SecretString::from("whsec_one")).unwrap();
        StripeSettings::read(&SecretString::from(key), secrets, base, version)
    }

    #[test]
    fn a_key_says_whether_real_money_moves() {
        for (key, mode) in [
            ("sk_test_1", Some(false)),
            ("rk_live_1", Some(true)),
            ("sk_live_", None),
            ("pk_live_1", None),
            ("whsec_1", None),
            ("", None),
        ] {
            assert_eq!(mode_of(&SecretString::from(key)), mode, "{key}");
            assert_eq!(read(key, None, None).is_ok(), mode.is_some(), "{key}");
        }
    }

    #[test]
    fn keys_are_sent_to_https_alone_unless_they_stay_on_the_machine() {
        for base in
            ["https://api.stripe.com", "https://proxy.example:8443/", "http://127.0.0.1:12111", "http://[::1]:1"]
        {
            assert!(read("sk_test_1", Some(base), None).is_ok(), "{base}");
        }
        for base in ["http://api.stripe.com", "http://127.0.0.1.example", "https://x.example/v1", "ftp://x", "stripe"] {
            assert_eq!(read("sk_test_1", Some(base), None).err(), Some(UnusableStripe::ApiBase), "{base}");
        }
    }

    #[test]
    fn a_version_whose_answers_have_another_shape_is_refused() {
        for version in ["2025-03-31.basil", "2025-09-30.clover", "2026-01-28.dahlia"] {
            assert!(read("sk_test_1", None, Some(version)).is_ok(), "{version}");
        }
        for version in ["2024-06-20", "2025-02-24.acacia", "basil", "2025-3-31.basil", "2025-03-31.", "2025-03-31.\n"] {
            assert_eq!(read("sk_test_1", None, Some(version)).err(), Some(UnusableStripe::ApiVersion), "{version}");
        }
    }
}
