//! Who makes a call.

use service_kit::CallOrigin;

use crate::domain::ids::{SessionId, UserId};

/// A user, in which capacity they call, and from where.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub user_id: UserId,
    /// In which session.
    pub session_id: SessionId,
    /// As what.
    pub capacity: Capacity,
    /// From where.
    pub origin: CallOrigin,
}

/// As what somebody calls. Whether they are it is read from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// As a member of the organization, or for themselves.
    Member,
    /// As somebody of the back office.
    BackOffice,
}
