//! Who makes a call.

use service_kit::CallOrigin;
use uuid::Uuid;

use crate::domain::UserId;

/// A user, and from where they call.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user_id: UserId,
    /// `None` when the product goes on by itself with what the user began.
    pub session_id: Option<Uuid>,
    pub origin: CallOrigin,
}

impl Caller {
    /// A user who is not there when the product does what they asked for before.
    pub fn absent(user_id: UserId) -> Self {
        Self { user_id, session_id: None, origin: CallOrigin::default() }
    }
}
