//! The RPCs: parse, call one use case, answer.

mod admissions;
mod audit;
mod invitations;
mod invite_links;

pub use admissions::Admissions;
pub use audit::Audit;
pub use invitations::Invitations;
pub use invite_links::InviteLinks;

use service_kit::{CallOrigin, authentication};
use tonic::{Request, Status};

use crate::domain::Caller;

fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    let caller = authentication::caller(request)?;
    Ok(Caller { user_id: caller.user_id.into(), session_id: Some(caller.session_id), origin: CallOrigin::of(request) })
}
