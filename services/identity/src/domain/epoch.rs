//! What positions count in.

use token_verification::Positions;
use uuid::Uuid;

/// Positions of one epoch can be compared with each other, and with those of no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Its name.
    pub name: String,
    /// The highest position of each service that is known to have been given in it, a few seconds ago.
    pub highest: Positions,
}

/// Whether the epoch of one name began after that of the other: names are numbered by time, to the milliseconds of whoever chose
/// them. What is no such name began after none.
pub fn began_after(name: &str, other: &str) -> bool {
    let numbered = |name: &str| name.parse::<Uuid>().ok().filter(|id| id.get_version_num() == 7);
    matches!((numbered(name), numbered(other)), (Some(name), Some(other)) if name > other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_epochs_have_higher_names() {
        let [first, second] = ["018f0000-0000-7000-8000-000000000000", "018f0000-0001-7000-8000-000000000000"];
        assert!(began_after(second, first) && !began_after(first, second) && !began_after(first, first));
        for other in ["", "first", "ffffffff-ffff-4fff-bfff-ffffffffffff"] {
            assert!(!began_after(other, first) && !began_after(second, other), "{other}");
        }
    }
}
