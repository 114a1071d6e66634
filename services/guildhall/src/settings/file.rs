//! Which file holds settings.

use std::path::PathBuf;

/// Names the file where no option does, for whoever cannot choose the command line, as within a container.
pub const VARIABLE: &str = "GUILDHALL_CONFIG";

/// The file that the command line names, or else the variable; an empty one names none.
pub fn settings_file(named: Option<PathBuf>) -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "what it names has to be known before settings are read")]
    let variable = || std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    named.or_else(variable)
}
