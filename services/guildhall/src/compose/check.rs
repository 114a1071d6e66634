//! What `guildhall serve` would refuse, found out without a database and without another service.

use service_kit::settings::invalid;
use service_kit::telemetry::LogFilter;

use super::build::{first_admin, own_origin, return_origins};
use super::doors::RemoteDoors;
use super::parts::Parts;
use crate::CommandError;
use crate::command_line::Served;
use crate::settings::Settings;

/// Refused where a process that is to serve this would not start.
pub fn check(settings: &Settings, parts: &Parts, what: Served) -> Result<(), CommandError> {
    LogFilter::new(&settings.log).map_err(|problem| invalid("log", problem))?;
    RemoteDoors { urls: &settings.upstreams, secrets: &parts.trust.service_secrets, tls: &parts.tls }.check(what)?;
    let templates = || settings.mail_templates.clone();
    let unusable = |problem| invalid("mail_templates", problem);
    if what.includes("identity") {
        parts.mailer("identity")?;
        identity::check_mail_templates(templates()).map_err(unusable)?;
        first_admin(settings)?;
    }
    if what.includes("invitations") {
        parts.mailer("invitations")?;
        invitations::check_mail_templates(templates()).map_err(unusable)?;
    }
    if what.includes("billing-context") {
        return_origins(settings, parts)?;
    }
    if what.includes("gateway") {
        own_origin(parts)?;
    }
    Ok(())
}
