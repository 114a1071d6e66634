//! The files of the repository and their place in it.

use std::error::Error;
use std::path::Path;

use crate::rust_code::{without_test_items, without_text, words};

/// Folders at the root that are not part of the repository.
const NOT_OURS: &[&str] = &["target", ".git", "data"];
/// Folders anywhere that are not part of the repository.
const NOWHERE_OURS: &[&str] = &["node_modules", ".venv"];

/// One text file.
#[derive(Debug)]
pub struct SourceFile {
    /// From the root of the repository, with `/` between folders.
    pub path: String,
    /// Everything in it.
    pub text: String,
    /// If it is Rust: its code without comments, literals and test modules.
    code: String,
}

impl SourceFile {
    pub fn new(path: &str, text: &str) -> Self {
        let code = if path.ends_with(".rs") { without_test_items(&without_text(text)) } else { String::new() };
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// The code without comments, literals and test modules.
    pub fn code(&self) -> &str {
        &self.code
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Runs in tests alone.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/") || self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The first folder or file under `src/`: `services/identity/src/store/user.rs` is in `store`.
    pub fn module(&self) -> Option<&str> {
        let (_, inside) = self.path.split_once("/src/")?;
        let first = inside.split('/').next()?;
        Some(first.trim_end_matches(".rs"))
    }

    /// Every identifier of the code, with the code from there on.
    pub fn words(&self) -> impl Iterator<Item = (&str, &str)> {
        words(&self.code).map(|(at, word)| (word, &self.code[at..]))
    }

    /// The line on which this part of the code starts.
    pub fn line_of(&self, part: &str) -> usize {
        let before = self.code.len().saturating_sub(part.len());
        1 + self.code.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count()
    }
}

/// Every text file under the root.
pub fn all(root: &Path) -> Result<Vec<SourceFile>, Box<dyn Error>> {
    let mut files = Vec::new();
    collect(root, "", &mut files)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn collect(folder: &Path, path: &str, files: &mut Vec<SourceFile>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if NOWHERE_OURS.contains(&name.as_str()) {
            continue;
        }
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        if NOT_OURS.contains(&path.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else if let Ok(text) = String::from_utf8(std::fs::read(entry.path())?) {
            files.push(SourceFile::new(&path, &text));
        }
    }
    Ok(())
}
