//! Measures how answers slow down as data grows: the same question to a small, a middle and a large world in turn, and
//! the ratio of their medians. Asks the engine that `TEST_DATABASE` names; `make bench` runs it for both.

mod failure;
mod fill;
mod ids;
mod measure;
mod places;
mod question;
mod report;
mod table;
mod world;

use std::process::ExitCode;

use service_kit::telemetry::{Process, TelemetrySettings, start};

use crate::failure::Failure;
use crate::question::Question;
use crate::world::{SIZES, World};

fn main() -> Result<ExitCode, Failure> {
    let process = Process { service: "bench".to_owned(), version: env!("CARGO_PKG_VERSION"), environment: "dev" };
    start(TelemetrySettings { filter: "warn".to_owned(), process })?;
    // On this thread as a whole: the databases' folders go when it ends.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> Result<ExitCode, Failure> {
    let mut worlds = Vec::new();
    for size in SIZES {
        eprintln!("filling a world of {} members", report::grouped(size.members));
        worlds.push(World::new(size).await?);
    }
    let mut all_within = true;
    for group in Question::GROUPS {
        report::heading(group, &worlds);
        for question in group.questions {
            let growth = measure::growth(*question, &worlds).await?;
            report::line(*question, &growth);
            all_within &= !growth.is_broken();
        }
    }
    Ok(if all_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
