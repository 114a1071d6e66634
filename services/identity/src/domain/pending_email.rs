//! An address that somebody wants for an account and has not proven yet.

use crate::domain::session::SessionId;

/// The address and who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingEmail {
    /// In its canonical form.
    pub email: String,
    /// The session that asked; it outlives the change.
    pub session_id: SessionId,
}
