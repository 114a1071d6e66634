//! Stripe, when plans are sold through it.

use billing_context::{StripeSettings, UnusableStripe, WebhookSecrets};
use secrecy::SecretString;
use service_kit::settings::{RawSettings, SettingsError, invalid, missing};

const SECRET_KEY: &str = "stripe_secret_key";
const WEBHOOK_SECRET: &str = "stripe_webhook_secret";
const API_BASE: &str = "stripe_api_base";
const API_VERSION: &str = "stripe_api_version";

/// The settings of Stripe; `None` when none of them is set.
pub fn read(raw: &mut RawSettings) -> Result<Option<StripeSettings>, SettingsError> {
    let secret_key = raw.take(SECRET_KEY).map(SecretString::from);
    let webhook_secret = raw.take(WEBHOOK_SECRET).map(SecretString::from);
    let (api_base, api_version) = (raw.take(API_BASE), raw.take(API_VERSION));
    let Some(secret_key) = secret_key else {
        return if webhook_secret.is_some() || api_base.is_some() || api_version.is_some() {
            Err(missing(SECRET_KEY, "other settings of Stripe are set, and nothing can be sold without a key"))
        } else {
            Ok(None)
        };
    };
    let webhook_secret = webhook_secret.ok_or_else(|| {
        missing(WEBHOOK_SECRET, "without the endpoint's signing secret, webhooks could come from anybody")
    })?;
    let secrets = WebhookSecrets::parse(&webhook_secret).map_err(|problem| invalid(WEBHOOK_SECRET, problem))?;
    let read = StripeSettings::read(&secret_key, secrets, api_base.as_deref(), api_version.as_deref());
    read.map(Some).map_err(|problem| match problem {
        UnusableStripe::SecretKey => invalid(SECRET_KEY, problem),
        UnusableStripe::ApiBase => invalid(API_BASE, problem),
        UnusableStripe::ApiVersion => invalid(API_VERSION, problem),
    })
}
