//! What a process was built from.

use serde::Serialize;

/// What a process was built from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Release {
    /// The product's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The commit of its sources, where the build was told.
    pub commit: Option<&'static str>,
}
