//! `guildhall serve …`

use std::path::Path;

use crate::CommandError;
use crate::backup::not_beside_a_restore;
use crate::command_line::Served;
use crate::compose::{self, CALLED_PLAINLY, Parts, is_plain_beside_tls};
use crate::listeners::Listeners;
use crate::observed::Observed;
use crate::settings::{Environment, Settings};
use crate::{awaiting_schema, stop};

pub async fn run(settings_file: Option<&Path>, what: Served, stop_with_stdin: bool) -> Result<(), CommandError> {
    let mut settings = Settings::read(settings_file, Environment::Production)?;
    not_beside_a_restore(&settings)?;
    let observed = Observed::start(&mut settings, what.name())?;
    let listeners = Listeners::bind(&settings, matches!(what, Served::Gateway | Served::All)).await?;
    let stop = stop::on_signal(settings.shutdown_delay, stop_with_stdin)?;
    let parts = match settings.environment {
        Environment::Dev => {
            settings.assume_dev(settings.http_listen, &service_kit::Entropy::system())?;
            Parts::new(&settings)?
        }
        Environment::Production => Parts::new(&settings)?,
    };
    // Before anything is waited for: waiting would not mend it.
    compose::check(&settings, &parts, what)?;
    for (upstream, url) in settings.upstreams.named() {
        if what != Served::All && is_plain_beside_tls(url, &parts.tls) {
            tracing::warn!(upstream, "another service is {CALLED_PLAINLY}");
        }
    }
    let Some(listeners) = awaiting_schema::hold(&settings, &parts.tls, what, listeners, stop.leaving()).await? else {
        return Ok(());
    };
    let parts = parts.observed(&observed);
    let composed = compose::compose(&settings, &parts, what).await?;
    tracing::info!(http = %settings.http_listen, grpc = %settings.grpc_listen, ops = %settings.ops_listen, "serving");
    let ended = composed.serve(listeners, stop).await;
    observed.end().await;
    ended
}
