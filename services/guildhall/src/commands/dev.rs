//! `guildhall dev`: everything in one process.

use std::path::Path;
use std::time::{Duration, Instant};

use service_kit::Entropy;
use service_kit::settings::invalid;
use token_verification::FeedState;

use crate::backup::not_beside_a_restore;
use crate::compose::{self, Parts};
use crate::listeners::Listeners;
use crate::observed::Observed;
use crate::ready::{Ready, SERVICES};
use crate::settings::{Environment, Settings};
use crate::{CommandError, banner, demo, stop};

pub async fn run(settings_file: Option<&Path>, stop_with_stdin: bool) -> Result<(), CommandError> {
    let started = Instant::now();
    let mut settings = read_settings(settings_file)?;
    let observed = Observed::start(&mut settings, "guildhall")?;
    let listeners = Listeners::bind(&settings, true).await?;
    let addresses = listeners.addresses()?;
    settings.assume_dev(addresses.http, &Entropy::system())?;
    let stop = stop::on_signal(settings.shutdown_delay, stop_with_stdin)?;

    super::migrate::migrate(&settings).await?;
    let parts = Parts::new(&settings)?.observed(&observed);
    let (composed, doors) = compose::all(&settings, &parts).await?;
    let mailbox = parts.mailbox.clone();
    let feed = parts.feed.clone();
    let mut serving = tokio::spawn(composed.serve(listeners, stop));

    let prepared = async {
        while feed.state() == FeedState::Blind {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if settings.with_demo {
            demo::load(&doors, mailbox.as_ref()).await?;
        }
        Ok::<(), CommandError>(())
    };
    tokio::select! {
        ended = &mut serving => {
            observed.end().await;
            return ended?;
        }
        prepared = prepared => prepared?,
    }

    let mut ready = Ready::new(format!("http://{}", addresses.http), &parts.issuer, settings.apps.default_code());
    for service in SERVICES {
        ready.grpc.insert(service, format!("http://{}", addresses.grpc));
        ready.ops.insert(service, format!("http://{}", addresses.ops));
    }
    ready.pids.insert("guildhall", std::process::id());
    banner::print(&settings, &ready, started.elapsed());
    let ended = serving.await;
    observed.end().await;
    ended?
}

/// Settings for development, whatever the environment says otherwise.
pub fn read_settings(settings_file: Option<&Path>) -> Result<Settings, CommandError> {
    let settings = Settings::read(settings_file, Environment::Dev)?;
    not_beside_a_restore(&settings)?;
    if !settings.tls.is_off() {
        let problem =
            "and the other settings of TLS are for `guildhall serve`; `guildhall dev` speaks over loopback without";
        return Err(invalid("tls_certificate_path", problem).into());
    }
    match settings.environment {
        Environment::Dev => Ok(settings),
        Environment::Production => {
            Err("`guildhall dev` is for development; use `guildhall serve` in production".into())
        }
    }
}
