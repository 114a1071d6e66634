//! Lists server API keys for the back office.

use service_kit::pages::{Page, PageRequest};
use uuid::Uuid;

use crate::context::Context;
use crate::domain::{ServerKey, UserId};
use crate::error::BillingError;
use crate::store;

pub async fn list_server_keys(
    context: &Context,
    caller: UserId,
    scope: &str,
    page: PageRequest<Uuid>,
) -> Result<Page<ServerKey>, BillingError> {
    context.organizations.authorize_back_office(caller).await?;
    let keys = store::server_keys::list(context.database.reader(), page.after, page.size + 1).await?;
    Ok(context.page_tokens.page(scope, page.size, keys, |key| key.id.uuid()))
}
