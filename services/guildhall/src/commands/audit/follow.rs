//! `audit tail --follow`: new entries of all services, as they come.

use std::collections::HashMap;
use std::io::{ErrorKind, Write, stdout};
use std::time::Duration;

use service_kit::audit::{self, Cursor, Entry, Filter};
use service_kit::{Clock, Database, Timestamp};
use uuid::Uuid;

use super::words::{as_text, as_value};
use super::{PAGE, open};
use crate::CommandError;
use crate::awaiting_schema::SCHEMAS;
use crate::command_line::Output;
use crate::settings::Settings;
use crate::signals::StopSignals;

const LOOK_EVERY: Duration = Duration::from_millis(500);
/// An entry can become visible after others that are younger: its transaction took longer, or another replica's clock is behind.
/// Transactions end within fifteen seconds, and clocks that are thirty apart are a fault.
const COMES_LATE_BY: Duration = Duration::from_secs(60);

/// A service's log, and what has been told of its end.
struct Log {
    database: Database,
    /// The instant of the newest entry that was told, though never one to come: an entry from a clock that is ahead must not hide those
    /// after it.
    newest: Option<Timestamp>,
    /// Whatever was told and could be met again.
    told: HashMap<Uuid, Timestamp>,
}

/// Tells the latest `number` entries, then every new one until somebody interrupts it or nobody listens any more.
pub async fn run(settings: &Settings, filter: &Filter, number: u64, output: Output) -> Result<(), CommandError> {
    let mut signals = StopSignals::listen()?;
    let (mut logs, mut latest) = (Vec::new(), Vec::new());
    for schema in SCHEMAS {
        let mut log = Log { database: open(settings, schema.service()).await?, newest: None, told: HashMap::new() };
        latest.extend(log.latest(filter, number).await?);
        logs.push(log);
    }
    latest.sort_by_key(|entry| (entry.at, entry.id));
    let surplus = latest.len().saturating_sub(usize::try_from(number).unwrap_or(usize::MAX));
    if !tell(&latest[surplus..], output)? {
        return Ok(());
    }
    drop(latest);
    loop {
        tokio::select! {
            () = signals.come() => return Ok(()),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let mut new = Vec::new();
        for log in &mut logs {
            new.extend(log.look(filter).await?);
        }
        new.sort_by_key(|entry| (entry.at, entry.id));
        if !tell(&new, output)? {
            return Ok(());
        }
    }
}

impl Log {
    /// The latest entries; from here on every look finds what is new.
    async fn latest(&mut self, filter: &Filter, number: u64) -> Result<Vec<Entry>, CommandError> {
        let mut latest = audit::list(self.database.reader(), filter, None, number).await?;
        self.newest = latest.first().map(|entry| entry.at.min(Clock::system().now()));
        self.told.extend(latest.iter().map(|entry| (entry.id, entry.at)));
        let is_full = latest.len() as u64 == number;
        let oldest = latest.last().map(|entry| (entry.at, entry.id)).filter(|_| is_full);
        let beside = self.look(filter).await?;
        // Whatever is older than as many others is not asked for; the rest has come just now.
        latest.extend(beside.into_iter().filter(|entry| Some((entry.at, entry.id)) > oldest));
        Ok(latest)
    }

    /// What has come since the last look, or has become visible only now.
    async fn look(&mut self, filter: &Filter) -> Result<Vec<Entry>, CommandError> {
        let from = self.newest.map(|newest| newest.minus(COMES_LATE_BY));
        let filter = Filter { since: from.max(filter.since), ..filter.clone() };
        let (mut new, mut last) = (Vec::new(), None);
        loop {
            let page = audit::list(self.database.reader(), &filter, last, PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(Cursor::from(end));
            for entry in page {
                if self.told.insert(entry.id, entry.at).is_none() {
                    new.push(entry);
                }
            }
        }
        let now = Clock::system().now();
        self.newest = new.iter().map(|entry| entry.at.min(now)).max().max(self.newest);
        let met_again = self.newest.map(|newest| newest.minus(COMES_LATE_BY));
        self.told.retain(|_, at| Some(*at) >= met_again);
        Ok(new)
    }
}

/// False once nobody reads any more.
fn tell(entries: &[Entry], output: Output) -> Result<bool, CommandError> {
    let mut out = stdout().lock();
    for entry in entries {
        let line = match output {
            Output::Json => as_value(entry).to_string(),
            Output::Text => as_text(entry),
        };
        match writeln!(out, "{line}") {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}
