//! What commands say on their standard output.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

/// Standard output works.
const HEARD: u8 = 0;
/// Who read has read enough.
const ENOUGH: u8 = 1;
/// What was said could not be written.
const LOST: u8 = 2;

/// What has become of standard output, of which a process has one.
static OUTPUT: AtomicU8 = AtomicU8::new(HEARD);

/// Prints a line, as `println!` does, and never panics: who reads may have read enough (`… | head`), and the command goes on
/// to its end all the same. What cannot be written for another reason makes its end a failure.
macro_rules! say {
    ($($argument:tt)*) => { $crate::say::line(::std::format_args!($($argument)*)) };
}

pub(crate) use say;

pub(crate) fn line(text: Arguments<'_>) {
    if !is_heard() {
        return;
    }
    match writeln!(stdout(), "{text}") {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => OUTPUT.store(ENOUGH, Ordering::Relaxed),
        Err(error) => {
            OUTPUT.store(LOST, Ordering::Relaxed);
            // Nothing is left to be told to anybody if this fails as well.
            let _ = writeln!(
                stderr(),
                "guildhall: the output cannot be written: {error}; the command does its work all the same, but what it says is lost; \
                 if it makes a key or a link, revoke that or have another one made"
            );
        }
    }
}

/// False once nobody reads what is said: whoever does nothing but tell may stop.
pub(crate) fn is_heard() -> bool {
    OUTPUT.load(Ordering::Relaxed) == HEARD
}

/// How a command ends that has come to its end with this code.
pub(crate) fn ended_with(code: ExitCode) -> ExitCode {
    if OUTPUT.load(Ordering::Relaxed) == LOST { ExitCode::FAILURE } else { code }
}
