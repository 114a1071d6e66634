//! Writing a new organization under a slug that nobody has.

use std::time::Duration;

use service_kit::{Entropy, Timestamp, WriteTransaction};

use crate::domain::denial::Denial;
use crate::domain::organization::Organization;
use crate::domain::slug::{Slug, SlugStem};
use crate::error::Error;
use crate::store;

/// Letters and digits that are not mistaken for each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How long the slug of a deleted organization stays taken, so that nobody takes over what still links to it.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long the suffix is at each attempt; eight random letters do not meet again.
const SUFFIX_LENGTHS: [usize; 4] = [4, 4, 6, 8];

/// The stem itself, then the stem with suffixes, for an organization that people name.
pub fn plain_or_suffixed(entropy: &Entropy, stem: &SlugStem) -> Vec<Slug> {
    stem.alone().into_iter().chain(suffixed(entropy, stem)).collect()
}

/// The stem with suffixes only: a personal organization takes no slug that a team may want.
pub fn suffixed(entropy: &Entropy, stem: &SlugStem) -> Vec<Slug> {
    SUFFIX_LENGTHS.iter().filter_map(|length| stem.with(&suffix(entropy, *length))).collect()
}

/// Writes what `make` makes of the first of the candidates that nobody has.
pub async fn insert_with_free_slug(
    transaction: &WriteTransaction,
    candidates: Vec<Slug>,
    make: impl Fn(Slug) -> Organization + Send + Sync,
    now: Timestamp,
) -> Result<Organization, Error> {
    for slug in candidates {
        let organization = make(slug);
        let is_inserted =
            store::organizations::insert_unless_slug_is_taken(transaction, &organization, released_before(now))
                .await
                .map_err(|error| Error::denied_if_taken(error, Denial::IdTaken))?;
        if is_inserted {
            return Ok(organization);
        }
    }
    Err(Denial::SlugTaken.into())
}

/// Slugs of organizations that were deleted before this are free.
pub fn released_before(now: Timestamp) -> Timestamp {
    now.minus(KEPT_FOR)
}

fn suffix(entropy: &Entropy, length: usize) -> String {
    let random: [u8; 8] = entropy.bytes();
    random.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}
