//! Who makes a call.

use service_kit::CallOrigin;
use uuid::Uuid;

use crate::domain::UserId;

/// A user, and from where they call.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user_id: UserId,
    /// `None` on a page that is opened with a secret instead of a session.
    pub session_id: Option<Uuid>,
    pub origin: CallOrigin,
}
