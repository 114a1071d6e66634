//! What an archive says of itself.

use serde::{Deserialize, Serialize};

/// The only format there is so far.
pub const FORMAT: u32 = 1;

/// What an archive says of itself; its first entry, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// How the archive is to be read.
    pub format: u32,
    /// The version that wrote it.
    pub version: String,
    /// When copying began, RFC 3339.
    pub taken_at: String,
    /// The copies, in the order in which they were made.
    pub files: Vec<Copied>,
}

/// A copy of a service's database.
#[derive(Debug, Serialize, Deserialize)]
pub struct Copied {
    /// The service.
    pub service: String,
    /// The name of the archive's entry.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Of its content, in hexadecimal digits.
    pub sha256: String,
    /// When this copy was begun, RFC 3339.
    pub taken_at: String,
    /// How many migrations it has taken.
    pub migrations: usize,
}
