//! What must not be written: unfinished code, and words of the machine that it was written on.

use crate::source::SourceFile;

const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "dbg!", ".unwrap()"];

/// Put together so that this file does not contain them itself.
const OF_ONE_MACHINE: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Macros that mark unfinished code and unchecked unwrapping, outside tests.
pub fn unfinished(file: &SourceFile) -> Vec<String> {
    if file.is_test() {
        return Vec::new();
    }
    let lines = file.code().lines().zip(1..);
    lines
        .flat_map(|(line, number)| {
            let found = UNFINISHED.iter().filter(move |word| line.contains(**word));
            found.map(move |word| format!("{}:{number}: `{word}`", file.path))
        })
        .collect()
}

/// Paths of one machine, anywhere.
pub fn of_one_machine(file: &SourceFile) -> Vec<String> {
    let lines = file.text.lines().zip(1..);
    lines
        .flat_map(|(line, number)| {
            let found = OF_ONE_MACHINE.iter().filter(move |word| line.contains(**word));
            found.map(move |word| format!("{}:{number}: `{word}` is a path of one machine", file.path))
        })
        .collect()
}
