//! How files are named and how long they may be.

use crate::source::SourceFile;

/// Names that say nothing about what is inside.
const SAY_NOTHING: &[&str] = &["utils", "common", "helpers", "core", "base", "manager", "types", "misc", "impl"];
const MOST_LINES: usize = 400;

/// Files and folders with a name that says nothing, and files of libraries and services that are too
/// long to read in one go.
pub fn violations(file: &SourceFile) -> Vec<String> {
    if !file.is_rust() {
        return Vec::new();
    }
    let path = &file.path;
    let mut violations: Vec<String> = path
        .trim_end_matches(".rs")
        .split('/')
        .filter(|part| SAY_NOTHING.contains(part))
        .map(|part| format!("{path}: `{part}` says nothing; name what is inside"))
        .collect();

    let lines = file.text.lines().count();
    let is_bounded = (path.starts_with("libs/") || path.starts_with("services/")) && !file.is_test();
    if is_bounded && lines > MOST_LINES {
        violations.push(format!("{path}: {lines} lines; at most {MOST_LINES}"));
    }
    violations
}
