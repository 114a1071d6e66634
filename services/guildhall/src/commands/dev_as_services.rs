//! `guildhall dev --as-services`: five processes on one machine, as a deployment has them.

use std::path::Path;
use std::time::{Duration, Instant};

use service_kit::Entropy;

use crate::compose::{Doors, Parts};
use crate::observed::Observed;
use crate::processes::Processes;
use crate::ready::Ready;
use crate::{CommandError, banner, demo, stop};

pub async fn run(settings_file: Option<&Path>, stop_with_stdin: bool) -> Result<(), CommandError> {
    let started = Instant::now();
    let mut settings = super::dev::read_settings(settings_file)?;
    Observed::start(&mut settings, "guildhall")?;
    // The services have a delay of their own.
    let stop = stop::on_signal(Duration::ZERO, stop_with_stdin)?;
    let plan = Processes::plan(&settings).await?;
    settings.assume_dev(plan.gateway, &Entropy::system())?;
    super::migrate::migrate(&settings).await?;

    let parts = Parts::new(&settings)?;
    let mut processes = Processes::start(plan, &settings, settings_file)?;
    tokio::select! {
        () = stop.ending().cancelled() => return processes.stop().await,
        ready = processes.wait_until_ready() => ready?,
    }
    if settings.with_demo {
        demo::load(&Doors::remote(&processes.urls(), &parts.trust.service_secrets)?, parts.mailbox.as_ref()).await?;
    }

    let mut ready = Ready::new(format!("http://{}", processes.gateway()), &parts.issuer, settings.apps.default_code());
    processes.describe(&mut ready);
    banner::print(&settings, &ready, started.elapsed());
    tokio::select! {
        ended = processes.any_ended() => Err(ended),
        () = stop.ending().cancelled() => processes.stop().await,
    }
}
