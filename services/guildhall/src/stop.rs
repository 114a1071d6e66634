//! What ends a process in good order.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use service_kit::Stop;

use crate::signals::StopSignals;

/// A stop by a signal, and, if asked for, when standard input ends. Between leaving and the end lies `delay`. Whoever
/// signals again does not want to wait: the process ends at once, and not in order.
pub fn on_signal(delay: Duration, or_end_of_stdin: bool) -> std::io::Result<Stop> {
    let stop = Stop::new();
    let mut signals = StopSignals::listen()?;
    let signalled = stop.clone();
    tokio::spawn(async move {
        loop {
            signals.come().await;
            if signalled.is_leaving() {
                tracing::warn!("told to stop again: ending at once");
                std::process::exit(1);
            }
            begin(&signalled, delay);
        }
    });
    if or_end_of_stdin {
        let ended = stop.clone();
        let runtime = tokio::runtime::Handle::current();
        // A plain thread: a blocking read inside the runtime would keep it from shutting down.
        std::thread::spawn(move || {
            wait_for_end(std::io::stdin().lock());
            let _runtime = runtime.enter();
            begin(&ended, delay);
        });
    }
    Ok(stop)
}

/// Nothing is waited for here, so that another signal is heard.
fn begin(stop: &Stop, delay: Duration) {
    tracing::info!(delay_seconds = delay.as_secs(), "stopping: not ready any more, finishing what is under way");
    let stop = stop.clone();
    tokio::spawn(async move { stop.after(delay).await });
}

fn wait_for_end(mut input: impl Read) {
    let mut ignored = [0; 256];
    loop {
        match input.read(&mut ignored) {
            Ok(0) => return,
            Err(error) if error.kind() != ErrorKind::Interrupted => return,
            _ => {}
        }
    }
}
