//! Which texts are taken from callers.

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    #[error("must be 2 to 50 characters of a-z, 0-9, hyphen and underscore")]
    Code,
    #[error("must be 1 to {longest} characters without control characters")]
    Line { longest: usize },
    #[error("must be at most {longest} characters without control characters other than line breaks")]
    Lines { longest: usize },
}

/// A short name for programs.
pub fn code(text: &str) -> Result<String, InvalidText> {
    let is_code_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if (2..=50).contains(&text.len()) && text.bytes().all(is_code_byte) {
        Ok(text.to_owned())
    } else {
        Err(InvalidText::Code)
    }
}

/// A name that people see: one line, trimmed, not empty.
pub fn line(text: &str, longest: usize) -> Result<String, InvalidText> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if length == 0 || length > longest || trimmed.chars().any(char::is_control) {
        return Err(InvalidText::Line { longest });
    }
    Ok(trimmed.to_owned())
}

/// A text that people wrote: may be empty and may have several lines.
pub fn lines(text: &str, longest: usize) -> Result<String, InvalidText> {
    let is_refused = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    if text.chars().count() > longest || text.chars().any(is_refused) {
        return Err(InvalidText::Lines { longest });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_plain() {
        assert!(code("pro-2_b").is_ok());
        for bad in ["", "a", "Pro", "pro plan", "pr\u{e9}", &"a".repeat(51)] {
            assert_eq!(code(bad), Err(InvalidText::Code), "{bad:?}");
        }
    }

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(line("  Pro ", 3).unwrap(), "Pro");
        assert_eq!(line(&"\u{e9}".repeat(100), 100).unwrap().chars().count(), 100);
        for bad in ["", "   ", "long", "a\nb", "a\0b"] {
            assert!(line(bad, 3).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn lines_may_break_but_hold_no_nul() {
        assert!(lines("", 5).is_ok());
        assert!(lines("a\nb", 5).is_ok());
        assert!(lines("a\0b", 5).is_err());
        assert!(lines("abcdef", 5).is_err());
    }
}
