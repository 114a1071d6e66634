//! What ends a process in good order.

use std::io::{ErrorKind, Read};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancelled by SIGTERM or SIGINT, and, if asked for, when standard input ends.
pub fn on_signal(or_end_of_stdin: bool) -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let signalled = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        signalled.cancel();
    });
    if or_end_of_stdin {
        let ended = stop.clone();
        // A plain thread: a blocking read inside the runtime would keep it from shutting down.
        std::thread::spawn(move || {
            wait_for_end(std::io::stdin().lock());
            ended.cancel();
        });
    }
    Ok(stop)
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
