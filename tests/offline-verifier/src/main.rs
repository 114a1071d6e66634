//! Verifies access tokens with nothing but the issuer's published keys: what a service outside of this workspace would do.

#![forbid(unsafe_code)]

mod arguments;
mod verdict;

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use arguments::{Arguments, USAGE};
use token_verification::TokenVerifier;

const USAGE_ERROR: u8 = 2;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match Arguments::parse(words).and_then(Arguments::verifier) {
        Ok(verifier) => match answer_lines(&verifier, io::stdin().lock(), io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("offline-verifier: reading or writing stopped: {error}");
                ExitCode::FAILURE
            }
        },
        Err(problem) => {
            eprintln!("offline-verifier: {problem}\n{USAGE}");
            ExitCode::from(USAGE_ERROR)
        }
    }
}

/// One answer for each line, at once, so that the program can stand in a pipe.
fn answer_lines(verifier: &TokenVerifier, mut tokens: impl BufRead, mut answers: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while tokens.read_until(b'\n', &mut line)? > 0 {
        // Bytes that aren't UTF-8 become a character that no token contains.
        let token = String::from_utf8_lossy(&line);
        writeln!(answers, "{}", verdict::of(verifier, token.trim_end_matches(['\r', '\n'])))?;
        answers.flush()?;
        line.clear();
    }
    Ok(())
}
