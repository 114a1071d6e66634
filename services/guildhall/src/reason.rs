//! Why an operator does something, as the command line says it.

use service_kit::audit::Reason;

use crate::CommandError;
use crate::ending::usage;

/// Reads `--reason`.
pub fn read(text: Option<&str>) -> Result<Option<Reason>, CommandError> {
    let reason = text.map(Reason::parse).transpose();
    Ok(reason.map_err(|problem| usage(format!("--reason {problem}")))?.flatten())
}
