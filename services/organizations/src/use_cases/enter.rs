//! Finding out where a caller stands: in the database, not in the token.

use service_kit::WriteTransaction;
use service_kit::database::Connection;

use crate::domain::acting::Somebody;
use crate::domain::administrator::Administrator;
use crate::domain::caller::{Caller, Capacity};
use crate::domain::denial::Denial;
use crate::domain::ids::OrganizationId;
use crate::domain::organization::Organization;
use crate::domain::standing::Standing;
use crate::error::Error;
use crate::store;

/// For calls that only read.
pub async fn enter(
    connection: &impl Connection,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<Standing, Error> {
    let organization = store::organizations::find(connection, organization_id).await?;
    stand(connection, caller, organization).await
}

/// For calls that change something: the organization stays as it is until the transaction ends.
pub async fn enter_to_change(
    transaction: &WriteTransaction,
    caller: &Caller,
    organization_id: OrganizationId,
) -> Result<Standing, Error> {
    let organization = store::organizations::lock(transaction, organization_id).await?;
    stand(transaction, caller, organization).await
}

async fn stand(
    connection: &impl Connection,
    caller: &Caller,
    organization: Option<Organization>,
) -> Result<Standing, Error> {
    if caller.capacity == Capacity::BackOffice {
        enter_back_office(connection, caller).await?;
    }
    let organization = organization.ok_or(Denial::OrganizationNotFound)?;
    let somebody = match caller.capacity {
        Capacity::BackOffice => Somebody::BackOffice,
        Capacity::Member => Somebody::User(store::members::find(connection, organization.id, caller.user_id).await?),
    };
    Ok(Standing { organization, somebody })
}

/// Refused unless the caller's account and platform role stand at this moment.
pub async fn enter_back_office(connection: &impl Connection, caller: &Caller) -> Result<Administrator, Error> {
    Ok(Administrator::admit(store::users::find(connection, caller.user_id).await?)?)
}
