//! What people search for.

/// Most characters of a search: as many as the longest e-mail address has.
const LONGEST: usize = 254;

/// Reads a search, trimmed; `None` when nothing is left of it.
pub fn search(text: &str) -> Result<Option<String>, &'static str> {
    let text = text.trim();
    if text.chars().count() > LONGEST || text.contains(char::is_control) {
        return Err("must be one line of at most 254 characters");
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}
