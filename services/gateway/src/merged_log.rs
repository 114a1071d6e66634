//! One audit log, the newest entry first, out of several that services keep: which entries make its next page, and where
//! it goes on.

use contracts::audit::v1::AuditEntry;
use serde::{Deserialize, Serialize};

/// Where an entry stands: whatever is greater is newer. Every source keeps this order too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    seconds: i64,
    nanos: i32,
    id: String,
}

impl Place {
    pub(crate) fn of(entry: &AuditEntry) -> Self {
        let at = entry.created_at.unwrap_or_default();
        Self { seconds: at.seconds, nanos: at.nanos, id: entry.id.clone() }
    }
}

/// Where the list goes on, kept in its page token. The token is sealed for one list of sources.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bookmark {
    /// The last entry told. What is newer was told before or came later, and is not told any more.
    pub(crate) told: Option<Place>,
    /// The page token to ask each source with; none for a source at its end.
    pub(crate) next: Vec<Option<String>>,
}

impl Bookmark {
    /// Before the first entry of so many sources.
    pub(crate) fn at_start(sources: usize) -> Self {
        Self { told: None, next: vec![Some(String::new()); sources] }
    }

    /// Whether every source is at its end.
    pub(crate) fn is_at_end(&self) -> bool {
        self.next.iter().all(Option::is_none)
    }
}

/// What a source holds next.
pub(crate) struct Offered {
    pub(crate) entries: Vec<AuditEntry>,
    /// Whether more follows.
    pub(crate) has_more: bool,
}

/// The page, and how many entries of each source are in it.
pub(crate) struct Merged {
    pub(crate) entries: Vec<AuditEntry>,
    pub(crate) used: Vec<usize>,
}

/// Takes the newest `size` entries. It stops before when a source has more but offers no further entry: that one could be
/// the newest.
pub(crate) fn merge(offered: Vec<Offered>, size: usize) -> Merged {
    let mut used = vec![0; offered.len()];
    let mut sources: Vec<_> =
        offered.into_iter().map(|source| (source.entries.into_iter().peekable(), source.has_more)).collect();
    let mut entries = Vec::new();
    while entries.len() < size {
        let mut newest: Option<(Place, usize)> = None;
        for (index, (source, has_more)) in sources.iter_mut().enumerate() {
            match source.peek().map(Place::of) {
                None if *has_more => return Merged { entries, used },
                None => {}
                Some(place) => newest = newest.max(Some((place, index))),
            }
        }
        let Some((_, index)) = newest else { break };
        entries.extend(sources[index].0.next());
        used[index] += 1;
    }
    Merged { entries, used }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, seconds: i64) -> AuditEntry {
        let created_at = Some(prost_types::Timestamp { seconds, nanos: 0 });
        AuditEntry { id: id.to_owned(), created_at, ..AuditEntry::default() }
    }

    fn offered(entries: &[(&str, i64)], has_more: bool) -> Offered {
        Offered { entries: entries.iter().map(|(id, seconds)| entry(id, *seconds)).collect(), has_more }
    }

    fn merged(offered: Vec<Offered>, size: usize) -> (String, Vec<usize>) {
        let Merged { entries, used } = merge(offered, size);
        (entries.iter().map(|entry| entry.id.as_str()).collect(), used)
    }

    #[test]
    fn the_newest_come_first_whoever_keeps_them_and_ids_decide_between_equal_instants() {
        let sources = || vec![offered(&[("a", 9), ("c", 5)], false), offered(&[("d", 5), ("b", 4)], false)];
        assert_eq!(merged(sources(), 4), ("adcb".to_owned(), vec![2, 2]));
        assert_eq!(merged(sources(), 1), ("a".to_owned(), vec![1, 0]));
        assert_eq!(merged(sources(), 9), ("adcb".to_owned(), vec![2, 2]));
    }

    #[test]
    fn any_number_of_sources_is_merged() {
        let sources = vec![offered(&[("a", 3)], false), offered(&[], false), offered(&[("b", 2)], true)];
        assert_eq!(merged(sources, 2), ("ab".to_owned(), vec![1, 0, 1]));
        assert_eq!(merged(Vec::new(), 2), (String::new(), vec![]));
    }

    #[test]
    fn nothing_is_told_that_something_unread_could_be_newer_than() {
        let sources = vec![offered(&[("a", 9), ("c", 5)], false), offered(&[("b", 7)], true)];
        assert_eq!(merged(sources, 4), ("ab".to_owned(), vec![1, 1]));
        assert_eq!(merged(vec![offered(&[("a", 9)], false), offered(&[], true)], 4), (String::new(), vec![0, 0]));
    }

    #[test]
    fn the_list_is_at_its_end_when_every_source_is() {
        let bookmark = |next: Vec<Option<String>>| Bookmark { told: None, next };
        assert!(bookmark(vec![None, None]).is_at_end());
        assert!(!bookmark(vec![None, Some("of a service".to_owned())]).is_at_end());
        assert!(!Bookmark::at_start(1).is_at_end());
    }
}
