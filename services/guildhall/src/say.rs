//! What commands say on their standard output.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};

/// Prints a line, as `println!` does, and never panics: who reads may have read enough (`… | head`), and the command goes on
/// to its end all the same.
macro_rules! say {
    ($($argument:tt)*) => { $crate::say::line(::std::format_args!($($argument)*)) };
}

pub(crate) use say;

pub(crate) fn line(text: Arguments<'_>) {
    match writeln!(stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // Nothing is left to be told to anybody if this fails as well.
            let _ = writeln!(stderr(), "guildhall: the output cannot be written: {error}");
        }
        _ => {}
    }
}
