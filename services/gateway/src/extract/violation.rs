//! What is wrong with a body, said to the one who sent it: the JSON path and a few words, never the
//! value, which may be a secret.

use crate::http_error::HttpError;

pub(super) fn violation(error: &serde_path_to_error::Error<serde_json::Error>) -> HttpError {
    let inner = error.inner();
    if inner.is_syntax() || inner.is_eof() || inner.is_io() {
        return HttpError::invalid(
            "body",
            format!("must be JSON; it stops being so at line {}, column {}", inner.line(), inner.column()),
        );
    }
    let said = inner.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let path = error.path().to_string();
    if let Some(name) = quoted_after(said, "missing field ") {
        return HttpError::invalid(join(&path, name), "is required");
    }
    if quoted_after(said, "unknown field ").is_some() {
        return HttpError::invalid(path, "is not a field of this request");
    }
    let field = if path == "." { "body".to_owned() } else { path };
    match said.split_once(", expected ") {
        Some((_, expected)) => HttpError::invalid(field, format!("must be {}", in_json_words(expected))),
        None => HttpError::invalid(field, said),
    }
}

fn quoted_after<'a>(said: &'a str, start: &str) -> Option<&'a str> {
    said.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

fn join(path: &str, name: &str) -> String {
    if path == "." { name.to_owned() } else { format!("{path}.{name}") }
}

fn in_json_words(expected: &str) -> &str {
    match expected {
        "i32" | "i64" | "u32" | "u64" => "a whole number within bounds",
        "a sequence" => "an array",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    }
}
