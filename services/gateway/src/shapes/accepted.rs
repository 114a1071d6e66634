//! The answer of calls that show nothing.

use serde::Serialize;
use utoipa::ToSchema;

/// Nothing more to say.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accepted {}
