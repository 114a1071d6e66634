//! What is shown with roles, and how their permissions are described.

use crate::domain::permission::Catalog;

/// Something that holds roles, and the catalog as it stood when they were read.
pub struct Described<T> {
    /// The thing.
    pub what: T,
    /// Describes the permissions of its roles.
    pub catalog: Catalog,
}
