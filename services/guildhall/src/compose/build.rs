//! Each service from the settings of the process.

use axum::Router;
use gateway::Origin;
use mail::Address;
use service_kit::policy::Requirement;
use service_kit::settings::invalid;
use service_kit::{Channel, Microservice};
use tokio_util::sync::CancellationToken;

use super::doors::Doors;
use super::parts::Parts;
use crate::CommandError;
use crate::settings::{Environment, Settings};

pub async fn organizations(settings: &Settings, parts: &Parts) -> Result<Microservice, CommandError> {
    let rehearsal = &settings.rehearsal;
    let settings = organizations::Settings {
        database: settings.database("organizations"),
        master_key: parts.master_key.clone(),
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
        metrics: parts.metrics.clone(),
    };
    Ok(rehearsal.of(organizations::build(settings, &parts.trust).await?).traced(&parts.traces))
}

pub async fn billing_context(
    settings: &Settings,
    parts: &Parts,
    organizations: &Channel,
) -> Result<Microservice, CommandError> {
    let rehearsal = &settings.rehearsal;
    let settings = billing_context::Settings {
        database: settings.database("billing-context"),
        master_key: parts.master_key.clone(),
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
        metrics: parts.metrics.clone(),
        provider: provider(settings, parts),
        return_origins: return_origins(settings, parts)?,
    };
    let upstreams = billing_context::Upstreams {
        organizations: called_by("billing-context", organizations, "organizations", parts),
    };
    Ok(rehearsal.of(billing_context::build(settings, &parts.trust, upstreams).await?).traced(&parts.traces))
}

/// Stripe where it is set up. The built-in provider's own pages are for looking at, not for selling: the gateway shows them
/// in dev.
fn provider(settings: &Settings, parts: &Parts) -> billing_context::ProviderSettings {
    if let Some(stripe) = &settings.stripe {
        return billing_context::ProviderSettings::Stripe(Box::new(stripe.clone()));
    }
    let pages = (settings.environment == Environment::Dev).then(|| parts.public_url.clone());
    billing_context::ProviderSettings::Manual { pages }
}

/// Where people may be sent back to after paying: the product itself, the app, and the origins of apps.
pub fn return_origins(settings: &Settings, parts: &Parts) -> Result<Vec<String>, CommandError> {
    let own = own_origin(parts)?;
    let of_app = settings.pages.app_url.as_ref().map(gateway::AppUrl::origin).transpose();
    let of_app = of_app.map_err(|problem| invalid("app_url", problem))?;
    let all = [own].into_iter().chain(of_app).chain(settings.allowed_origins());
    Ok(all.map(|origin| origin.to_string()).collect())
}

pub async fn identity(
    settings: &Settings,
    parts: &Parts,
    organizations: &Channel,
    billing: &Channel,
) -> Result<Microservice, CommandError> {
    let first_admin = first_admin(settings)?;
    let rehearsal = &settings.rehearsal;
    let settings = identity::Settings {
        database: settings.database("identity"),
        master_key: parts.master_key.clone(),
        issuer: parts.issuer.clone(),
        apps: identity_apps(settings),
        public_url: parts.public_url.clone(),
        access_token_lifetime: settings.access_token_lifetime,
        passwords: settings.passwords.clone(),
        session_lifetimes: settings.session_lifetimes,
        registration: settings.registration,
        enumeration: settings.enumeration,
        throttles: settings.rate_limits,
        mailer: parts.mailer("identity")?,
        mail_templates: settings.mail_templates.clone(),
        first_admin,
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
        metrics: parts.metrics.clone(),
    };
    let upstreams = identity::Upstreams {
        organizations: called_by("identity", organizations, "organizations", parts),
        billing: called_by("identity", billing, "billing-context", parts),
    };
    Ok(rehearsal.of(identity::build(settings, &parts.trust, upstreams).await?).traced(&parts.traces))
}

/// Whom identity makes an administrator at its first start.
pub fn first_admin(settings: &Settings) -> Result<Option<identity::FirstAdmin>, CommandError> {
    let Some((email, password)) = &settings.first_admin else { return Ok(None) };
    let email = Address::parse(email).map_err(|problem| invalid("admin_email", problem))?;
    Ok(Some(identity::FirstAdmin { email, password: password.clone() }))
}

pub async fn invitations(
    settings: &Settings,
    parts: &Parts,
    organizations: &Channel,
    identity: &Channel,
) -> Result<Microservice, CommandError> {
    let rehearsal = &settings.rehearsal;
    let settings = invitations::Settings {
        database: settings.database("invitations"),
        master_key: parts.master_key.clone(),
        pages: link_pages(settings, &parts.public_url),
        throttles: settings.rate_limits,
        mailer: parts.mailer("invitations")?,
        mail_templates: settings.mail_templates.clone(),
        clock: parts.clock.clone(),
        entropy: parts.entropy.clone(),
        metrics: parts.metrics.clone(),
    };
    let upstreams = invitations::Upstreams {
        organizations: called_by("invitations", organizations, "organizations", parts),
        identity: called_by("invitations", identity, "identity", parts),
    };
    // Nothing that identity hears waits for invitations. Organizations and billing must be found before it tells anything.
    Ok(rehearsal
        .of(invitations::build(settings, &parts.trust, upstreams).await?)
        .traced(&parts.traces)
        .hears(&parts.feed))
}

/// Where pages of the product itself are.
pub fn own_origin(parts: &Parts) -> Result<Origin, CommandError> {
    Ok(Origin::of_url(&parts.public_url).map_err(|_| invalid("public_url", "must be a URL"))?)
}

/// The app's own pages where it has any, else the gateway's.
fn link_pages(settings: &Settings, public_url: &str) -> invitations::LinkPages {
    let own = invitations::LinkPages::of_the_gateway(public_url);
    invitations::LinkPages {
        invitation: settings.pages.invitation_page.clone().unwrap_or(own.invitation),
        join: settings.pages.join_page.clone().unwrap_or(own.join),
    }
}

fn identity_apps(settings: &Settings) -> identity::Apps {
    let others = settings.apps.codes().skip(1).map(str::to_owned).collect();
    identity::Apps::new(settings.apps.default_code().to_owned(), others)
}

pub fn gateway(
    settings: &Settings,
    parts: &Parts,
    doors: &Doors,
    stop: &CancellationToken,
) -> Result<Router, CommandError> {
    let dev = (settings.environment == Environment::Dev).then(|| gateway::DevPages { mailbox: parts.mailbox.clone() });
    let own_origin = own_origin(parts)?;
    let settings = gateway::Settings {
        master_key: parts.master_key.clone(),
        public_url: parts.public_url.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        own_origin,
        app_origins: settings.allowed_origins(),
        pages: gateway::PageSettings {
            product_name: settings.pages.product_name.clone(),
            app_url: settings.pages.app_url.clone(),
            shortest_password: settings.passwords.shortest,
            offers_sign_up: settings.registration != identity::Registration::Closed,
        },
        dev,
        traces: parts.traces.clone(),
        stop: stop.clone(),
        entropy: parts.entropy.clone(),
        metrics: parts.metrics.clone(),
    };
    let upstreams = gateway::Upstreams {
        identity: called_by("gateway", &doors.identity, "identity", parts),
        organizations: called_by("gateway", &doors.organizations, "organizations", parts),
        invitations: called_by("gateway", &doors.invitations, "invitations", parts),
        billing: called_by("gateway", &doors.billing_context, "billing-context", parts),
        revocations: doors.revocations.clone(),
    };
    Ok(gateway::build(settings, &parts.trust, upstreams)?)
}

/// The gateway answers no RPC, but operators ask every process for its health in the same way.
pub fn gateway_for_operators(parts: &Parts) -> Microservice {
    const fn nothing(_: &str) -> Option<Requirement> {
        None
    }
    Microservice::builder("gateway", &parts.trust, nothing).build().hears(&parts.feed)
}

/// The door to a service, whose calls are counted as the caller's.
fn called_by(caller: &'static str, door: &Channel, server: &'static str, parts: &Parts) -> Channel {
    door.clone().counted(&parts.metrics, caller, server)
}
