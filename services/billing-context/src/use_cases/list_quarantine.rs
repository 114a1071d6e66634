//! Lists what waits for the operator.

use service_kit::Timestamp;
use service_kit::pages::{Page, PageRequest};

use crate::context::Context;
use crate::domain::{Caller, Incident};
use crate::error::BillingError;
use crate::store::stripe::events;

/// When the last one seen came, and its id.
pub type QuarantineCursor = (Timestamp, String);

/// The oldest first.
pub async fn list_quarantine(
    context: &Context,
    caller: &Caller,
    scope: &str,
    page: PageRequest<QuarantineCursor>,
) -> Result<Page<Incident>, BillingError> {
    context.organizations.authorize_back_office(caller.user_id).await?;
    let waiting = events::list_set_aside(context.database.reader(), page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, waiting, |incident| (incident.received, incident.id.clone())))
}
