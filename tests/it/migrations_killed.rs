//! `guildhall migrate up`, killed at any moment and run again.

use std::cell::Cell;
use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::harness::{Databases, Ending};

const RUNS: u32 = 16;
const AT_ONCE: u32 = 4;
/// Kills of the same databases before they are migrated in peace.
const KILLS: u32 = 2;

#[track_caller]
fn ended(ending: &Ending, code: i32, when: &str) {
    assert_eq!(ending.code, Some(code), "{when}: {}", ending.said);
}

/// Kills it so long after it has begun; whether it was still at work.
async fn kill_after(databases: &Databases, moment: Duration) -> bool {
    let mut command = databases.command(&["migrate", "up"]);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    // The moment is what is tried here: nothing that could be waited for tells it.
    tokio::time::sleep(moment).await;
    process.kill().expect("it is killed, or has ended");
    !process.wait().expect("its end").success()
}

/// A moment within this span, drawn by chance.
fn drawn(span: Duration) -> Duration {
    span * u32::from(uuid::Uuid::new_v4().as_bytes()[0]) / 255
}

/// How many of the kills came in time. Each that came too late makes the span shorter that moments are drawn from: how long a run takes
/// depends on what else the machine does.
async fn killed_and_repeated(takes: &Cell<Duration>) -> u32 {
    let databases = Databases::unmade();
    let mut killed = 0;
    let mut moments = Vec::new();
    for _ in 0..KILLS {
        let moment = drawn(takes.get());
        moments.push(moment);
        match kill_after(&databases, moment).await {
            true => killed += 1,
            false => takes.set(takes.get() * 3 / 4),
        }
    }
    let when = format!("killed after {moments:?}");
    ended(&databases.operate(&["migrate", "up"], &[]).await, 0, &when);
    ended(&databases.operate(&["migrate", "status"], &[]).await, 0, &when);
    ended(&databases.operate(&["migrate", "verify"], &[]).await, 0, &when);
    killed
}

#[tokio::test]
async fn whenever_it_is_killed_the_next_run_finishes_it() {
    // Several at once take longer, so the moments are drawn from how long it takes among others.
    let began = Instant::now();
    let alone = (0..AT_ONCE).map(|_| async { Databases::unmade().operate(&["migrate", "up"], &[]).await });
    for ending in join_all(alone).await {
        ended(&ending, 0, "left in peace");
    }
    let takes = Cell::new(began.elapsed());
    let mut killed = 0;
    for _ in 0..RUNS / AT_ONCE {
        killed += join_all((0..AT_ONCE).map(|_| killed_and_repeated(&takes))).await.into_iter().sum::<u32>();
    }
    assert!(killed > RUNS / 2, "of {} kills, only {killed} came in time", RUNS * KILLS);
}
