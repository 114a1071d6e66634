//! Organizations that have ended, as messages.

use contracts::organizations::v1 as proto;
use service_kit::pages::MAX_PAGE_SIZE;
use service_kit::{Fields, Refusal};

use crate::domain::ending::Ending;

/// After which ending to list, and how many.
pub fn endings_after(request: &proto::ListEndedOrganizationsRequest) -> Result<(Ending, u64), Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("after_organization_id", request.after_organization_id.parse());
    let limit = match u64::try_from(request.page_size) {
        Ok(0) => Some(50),
        Ok(size) if size <= MAX_PAGE_SIZE => Some(size),
        _ => fields.check("page_size", Err("must be 1 to 200")),
    };
    let (Some(organization_id), Some(limit)) = (organization_id, limit) else { return Err(fields.refuse()) };
    Ok((Ending { position: request.after_position, organization_id }, limit))
}

impl From<Ending> for proto::EndedOrganization {
    fn from(ending: Ending) -> Self {
        Self { organization_id: ending.organization_id.to_string(), position: ending.position }
    }
}
