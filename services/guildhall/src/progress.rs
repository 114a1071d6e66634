//! How far long work has come, told on standard error: a line that updates for whoever watches a terminal, one JSON object a line for
//! a program that asked for it, nothing for anybody else.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::command_line::Output;

/// Counts are told no more often than this; steps always are.
const EVERY: Duration = Duration::from_millis(200);

/// Tells how far a piece of work has come. What a terminal shows goes when this is dropped.
pub struct Progress {
    way: Way,
    to: Box<dyn Write + Send>,
    told: Option<Instant>,
    is_shown: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Line,
    Objects,
    Silence,
}

impl Progress {
    /// For a command whose results are few lines.
    pub fn new(output: Output, is_asked_for: bool) -> Self {
        Self::told_by(way(output, is_asked_for, stderr().is_terminal()))
    }

    /// For a command whose results show by themselves how far it is, unless they go elsewhere.
    pub fn beside_results(output: Output, is_asked_for: bool) -> Self {
        Self::told_by(way(output, is_asked_for, stderr().is_terminal() && !stdout().is_terminal()))
    }

    fn told_by(way: Way) -> Self {
        Self { way, to: Box::new(stderr()), told: None, is_shown: false }
    }

    /// Tells that a step begins, the `number`th of so many.
    pub fn step(&mut self, number: usize, of: usize, what: &str) {
        self.told = Some(Instant::now());
        match self.way {
            Way::Line => self.show(&format!("{what} ({number} of {of}) …")),
            Way::Objects => self.write(&format!("{}\n", json!({ "step": what, "number": number, "of": of }))),
            Way::Silence => {}
        }
    }

    /// Tells how much of something is done.
    pub fn count(&mut self, what: &str, done: u64) {
        if self.told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        match self.way {
            Way::Line => self.show(&format!("{what}: {done} …")),
            Way::Objects => self.write(&format!("{}\n", json!({ "counted": what, "done": done }))),
            Way::Silence => {}
        }
    }

    /// Makes room for a result on the same terminal.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            self.write("\r\x1b[K");
        }
    }

    fn show(&mut self, line: &str) {
        self.is_shown = true;
        self.write(&format!("\r\x1b[K{line}"));
    }

    /// Whoever closes standard error does not want to know.
    fn write(&mut self, text: &str) {
        let _ = self.to.write_all(text.as_bytes()).and_then(|()| self.to.flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A script's output stays clean unless it asks.
fn way(output: Output, is_asked_for: bool, is_watched: bool) -> Way {
    match (output, is_asked_for, is_watched) {
        (Output::Json, true, _) | (Output::Text, true, false) => Way::Objects,
        (Output::Text, _, true) => Way::Line,
        (Output::Json, false, _) | (Output::Text, false, false) => Way::Silence,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn told_by(way: Way, work: impl FnOnce(&mut Progress)) -> String {
        let screen = Screen::default();
        let mut progress = Progress { to: Box::new(screen.clone()), ..Progress::told_by(way) };
        work(&mut progress);
        drop(progress);
        let told = screen.0.lock().unwrap().clone();
        String::from_utf8(told).unwrap()
    }

    fn work(progress: &mut Progress) {
        progress.step(1, 2, "copying identity");
        progress.count("entries", 5);
        progress.step(2, 2, "writing the archive");
    }

    #[test]
    fn a_terminal_sees_one_line_that_is_gone_in_the_end() {
        let told = told_by(Way::Line, work);
        assert_eq!(
            told, "\r\x1b[Kcopying identity (1 of 2) …\r\x1b[Kwriting the archive (2 of 2) …\r\x1b[K",
            "the count came too soon after the step"
        );
    }

    #[test]
    fn a_program_reads_one_object_a_line_and_only_when_it_asks() {
        let told = told_by(Way::Objects, work);
        let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[1], json!({ "step": "writing the archive", "number": 2, "of": 2 }));
        assert_eq!(told_by(Way::Silence, work), "");
        for (output, is_asked_for, is_watched, expected) in [
            (Output::Text, false, true, Way::Line),
            (Output::Text, true, true, Way::Line),
            (Output::Text, false, false, Way::Silence),
            (Output::Text, true, false, Way::Objects),
            (Output::Json, false, true, Way::Silence),
            (Output::Json, true, true, Way::Objects),
        ] {
            assert!(way(output, is_asked_for, is_watched) == expected);
        }
    }
}
