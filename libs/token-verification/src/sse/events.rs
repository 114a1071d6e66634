//! Bytes cut into events. Whatever comes in, no more is held than one event may be long.

use std::mem::take;

use super::SseError;

/// A part of a snapshot holds at most 6,000 changes, in about a megabyte.
const LONGEST_EVENT: usize = 4 * 1024 * 1024;

/// One event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// The type that it names; empty for none.
    pub(super) kind: String,
    /// Its lines of data, with line feeds between them.
    pub(super) data: Vec<u8>,
}

/// What has come and is not an event yet.
#[derive(Debug, Default)]
pub(super) struct Events {
    come: Vec<u8>,
    /// Up to where `come` was read.
    read: usize,
    /// Up to where no line ends after `read`.
    searched: usize,
    event: Event,
    has_data: bool,
}

impl Events {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.come.drain(..take(&mut self.read));
        self.come.extend_from_slice(bytes);
    }

    /// The next whole event that has come.
    pub(super) fn next(&mut self) -> Result<Option<Event>, SseError> {
        while let Some(line) = self.line() {
            if line.is_empty() {
                let event = take(&mut self.event);
                if take(&mut self.has_data) {
                    return Ok(Some(event));
                }
            } else {
                self.take_in(&line);
            }
            if self.event.data.len() > LONGEST_EVENT {
                return Err(SseError::TooLarge);
            }
        }
        let waiting = self.come.len() - self.read;
        if waiting + self.event.data.len() > LONGEST_EVENT { Err(SseError::TooLarge) } else { Ok(None) }
    }

    /// A line without its end, which is a line feed, a carriage return, or both. A carriage return at the end of what has come
    /// waits for what follows it.
    fn line(&mut self) -> Option<Vec<u8>> {
        let unread = &self.come[self.read..];
        let end = unread[self.searched..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(end) = end.map(|end| self.searched + end) else {
            self.searched = unread.len();
            return None;
        };
        let length = match unread[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r'] => {
                self.searched = end;
                return None;
            }
            _ => 1,
        };
        let line = unread[..end].to_vec();
        self.read += end + length;
        self.searched = 0;
        Some(line)
    }

    /// A comment has no name; what is not known here is left out.
    fn take_in(&mut self, line: &[u8]) {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, rest) = line.split_at(colon);
        let value = rest.strip_prefix(b":").unwrap_or(rest);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"event" => self.event.kind = String::from_utf8_lossy(value).into_owned(),
            b"data" => {
                if take(&mut self.has_data) {
                    self.event.data.push(b'\n');
                }
                self.has_data = true;
                self.event.data.extend_from_slice(value);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(events: &mut Events) -> Vec<(String, String)> {
        let mut found = Vec::new();
        while let Some(event) = events.next().expect("nothing is too large") {
            found.push((event.kind, String::from_utf8(event.data).expect("text")));
        }
        found
    }

    const STREAM: &str = ": hello\nretry: 1000\n\nevent: batch\nid: 1\ndata: {\ndata:}\n\n\nevent:keys\r\ndata:  x\r\n\r\nevent: none\n\ndata\r\r";

    fn expected() -> Vec<(String, String)> {
        [("batch", "{\n}"), ("keys", " x"), ("", "")].map(|(kind, data)| (kind.to_owned(), data.to_owned())).into()
    }

    #[test]
    fn events_are_found_wherever_the_bytes_are_cut() {
        for size in 1..STREAM.len() {
            let mut events = Events::default();
            let mut found = Vec::new();
            // The last carriage return waits for what follows.
            for chunk in format!("{STREAM}:").as_bytes().chunks(size) {
                events.add(chunk);
                found.extend(all(&mut events));
            }
            assert_eq!(found, expected(), "{size}");
        }
    }

    #[test]
    fn an_event_without_end_is_given_up() {
        for line in ["x".repeat(1024), "data: ".to_owned() + &"x".repeat(1024) + "\n"] {
            let mut events = Events::default();
            let mut added = 0;
            let given_up = loop {
                events.add(line.as_bytes());
                added += line.len();
                match events.next() {
                    Ok(None) => assert!(added <= 2 * LONGEST_EVENT),
                    outcome => break outcome,
                }
            };
            assert!(matches!(given_up, Err(SseError::TooLarge)));
        }
    }

    #[test]
    fn what_was_read_is_forgotten() {
        let mut events = Events::default();
        for _ in 0..10_000 {
            events.add(b"data: 0123456789012345678901234567890123456789\n\n");
            assert_eq!(all(&mut events).len(), 1);
        }
        assert!(events.come.capacity() < 4096, "{}", events.come.capacity());
    }
}
