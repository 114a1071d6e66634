//! What positions count in.

use token_verification::Positions;

/// Positions of one epoch can be compared with each other, and with those of no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Its name.
    pub name: String,
    /// The highest position of each service that is known to have been given in it, a few seconds ago.
    pub highest: Positions,
}
