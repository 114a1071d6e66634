//! Keyset paging: sizes within bounds, and page tokens that cannot be forged or carried elsewhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use crate::fields::Fields;
use crate::keys::DerivedKey;
use crate::refusal::Refusal;

/// Entries in a page when the caller does not say.
pub const DEFAULT_PAGE_SIZE: u64 = 50;
/// Most entries that a page can have.
pub const MAX_PAGE_SIZE: u64 = 200;
/// Most bytes of entries that a page within bounds has, unless its only entry is larger: clients take answers of 4 MiB
/// when they are not told otherwise.
pub const LARGEST_PAGE: usize = 3 * 1024 * 1024;

const TAG_LENGTH: usize = 16;

/// What a caller asked for: how many entries, after which one.
pub struct PageRequest<Cursor> {
    /// 1 to 200.
    pub size: u64,
    /// The last entry of the previous page; `None` for the first page.
    pub after: Option<Cursor>,
}

/// One page and the token for the next.
pub struct Page<Entry> {
    /// The entries, at most as many as asked for; fewer do not mean that there are no more.
    pub entries: Vec<Entry>,
    /// For the next page; empty at the end.
    pub next_page_token: String,
}

/// Makes and reads page tokens, authenticated with a key of the service.
#[derive(Clone)]
pub struct PageTokens(DerivedKey);

impl PageTokens {
    /// Tokens under this key.
    pub const fn new(key: DerivedKey) -> Self {
        Self(key)
    }

    /// Reads what a list call asked for. `scope` names the list and its tenant; a token of another
    /// scope is refused like a forged one.
    pub fn parse<Cursor: DeserializeOwned>(
        &self,
        scope: &str,
        page_size: i32,
        page_token: &str,
    ) -> Result<PageRequest<Cursor>, Refusal> {
        let mut fields = Fields::default();
        let size = match u64::try_from(page_size) {
            Ok(0) => Some(DEFAULT_PAGE_SIZE),
            Ok(size) if size <= MAX_PAGE_SIZE => Some(size),
            _ => fields.check("page_size", Err::<u64, _>("must be 1 to 200")),
        };
        let after = if page_token.is_empty() {
            Some(None)
        } else {
            let opened = self.open(scope, page_token);
            fields
                .check("page_token", opened.ok_or("must be taken from the previous answer to this same list"))
                .map(Some)
        };
        let (Some(size), Some(after)) = (size, after) else { return Err(fields.refuse()) };
        Ok(PageRequest { size, after })
    }

    /// Makes a page of rows read with a limit of `size + 1`: the surplus row only tells that there is
    /// more.
    pub fn page<Entry, Cursor: Serialize>(
        &self,
        scope: &str,
        size: u64,
        entries: Vec<Entry>,
        cursor: impl Fn(&Entry) -> Cursor,
    ) -> Page<Entry> {
        self.page_within_bounds(scope, size, entries, cursor, |_| 0)
    }

    /// The same for entries that can be large: the page ends before the one with which it would take more than
    /// `LARGEST_PAGE` bytes, and the next page begins there. Its first entry is told whatever its size.
    pub fn page_within_bounds<Entry, Cursor: Serialize>(
        &self,
        scope: &str,
        size: u64,
        mut entries: Vec<Entry>,
        cursor: impl Fn(&Entry) -> Cursor,
        bytes_of: impl Fn(&Entry) -> usize,
    ) -> Page<Entry> {
        let fitting = fitting(&entries, usize::try_from(size).unwrap_or(usize::MAX), bytes_of);
        let has_more = entries.len() > fitting;
        entries.truncate(fitting);
        let next_page_token = match entries.last() {
            Some(last) if has_more => self.seal(scope, &cursor(last)),
            _ => String::new(),
        };
        Page { entries, next_page_token }
    }

    /// A page token for a list that does not come from rows in order; `parse` reads it with the same scope.
    pub fn seal<Cursor: Serialize>(&self, scope: &str, cursor: &Cursor) -> String {
        let body = serde_json::to_vec(cursor).unwrap_or_default();
        let tag = self.0.authenticate(&[scope.as_bytes(), &body]);
        URL_SAFE_NO_PAD.encode([&tag[..TAG_LENGTH], &body].concat())
    }

    fn open<Cursor: DeserializeOwned>(&self, scope: &str, token: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, body) = bytes.split_at_checked(TAG_LENGTH)?;
        let expected = self.0.authenticate(&[scope.as_bytes(), body]);
        if !bool::from(expected[..TAG_LENGTH].ct_eq(tag)) {
            return None;
        }
        serde_json::from_slice(body).ok()
    }
}

/// How many of the first `size` entries a page holds.
fn fitting<Entry>(entries: &[Entry], size: usize, bytes_of: impl Fn(&Entry) -> usize) -> usize {
    let mut bytes = 0_usize;
    for (before, entry) in entries.iter().take(size).enumerate() {
        bytes = bytes.saturating_add(bytes_of(entry));
        if before > 0 && bytes > LARGEST_PAGE {
            return before;
        }
    }
    entries.len().min(size)
}
