//! E-mail addresses in texts of others, a mail server's for example, told as far as it takes to find somebody who is known.

use std::borrow::Cow;

/// The text with each address shortened to its first letter and its domain.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let start = before.rfind(|letter: char| !is_local(letter)).map_or(0, |place| next_place(before, place));
        let local = &before[start..];
        let domain = after.split(|letter: char| !is_of_domain(letter)).next().unwrap_or_default();
        shown.push_str(&before[..start]);
        match local.chars().next() {
            Some(first) if domain.contains('.') => {
                shown.push(first);
                shown.push_str("***");
            }
            _ => shown.push_str(local),
        }
        shown.push('@');
        rest = after;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

fn next_place(text: &str, place: usize) -> usize {
    place + text[place..].chars().next().map_or(0, char::len_utf8)
}

fn is_local(letter: char) -> bool {
    letter.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(letter)
}

fn is_of_domain(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '.' || letter == '-'
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn of_an_address_only_the_first_letter_and_the_domain_are_shown() {
        for (text, shown) in [
            ("nothing here", "nothing here"),
            ("550 <alice.b+tag@mail.example.com>: no such user", "550 <a***@mail.example.com>: no such user"),
            ("ülf@bücher.example and bob@example.com", "ü***@bücher.example and b***@example.com"),
            ("a@b@example.com", "a@b***@example.com"),
            ("@example.com", "@example.com"),
            ("deploy@host", "deploy@host"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
