//! The one reading of an e-mail address: what is accepted, compared, stored and delivered to.

use std::fmt;
use std::net::Ipv4Addr;

use crate::AddressError;

const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_LABEL: usize = 63;

/// One plain mailbox, `local-part@domain`, in the form in which addresses are compared.
///
/// The grammar is RFC 5321's `Dot-string "@" Domain`, narrowed to what all mail software reads alike: ASCII, no quoting, no
/// comment, no routing, no network address, at least two domain labels. Whoever compares, stores or delivers uses the same
/// [`canonical`](Self::canonical) form, so an address cannot mean one mailbox to a check and another to the mail server.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    canonical: String,
    at: usize,
}

impl Address {
    /// Reads exactly one address of at most 254 characters; nothing is trimmed or repaired.
    ///
    /// # Errors
    /// The first reason found, as [`AddressError`].
    pub fn parse(input: &str) -> Result<Self, AddressError> {
        check_characters(input)?;

        let (local_part, domain) = input.split_once('@').ok_or(AddressError::AtMissing)?;
        if domain.contains('@') {
            return Err(AddressError::SeveralAts);
        }
        check_local_part(local_part)?;
        check_domain(domain)?;

        Ok(Self { at: local_part.len(), canonical: input.to_ascii_lowercase() })
    }

    /// The address in lower case: two addresses are the same mailbox exactly if these are equal.
    ///
    /// What follows a plus sign is kept; `a+b@example.com` is another mailbox than `a@example.com`.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The part before the @, in lower case.
    pub fn local_part(&self) -> &str {
        &self.canonical[..self.at]
    }

    /// The part after the @, in lower case.
    pub fn domain(&self) -> &str {
        &self.canonical[self.at + 1..]
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.canonical)
    }
}

/// Shows the domain only, because what is debug-printed ends in logs.
impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address(***@{})", self.domain())
    }
}

/// Refuses by what the text as a whole gives away, to name the likely mistake and not its consequence.
fn check_characters(input: &str) -> Result<(), AddressError> {
    if input.is_empty() {
        return Err(AddressError::Empty);
    }
    if input.len() > LONGEST_ADDRESS {
        return Err(AddressError::TooLong);
    }
    if input.chars().any(char::is_control) {
        return Err(AddressError::ControlCharacter);
    }
    if !input.is_ascii() {
        return Err(AddressError::NotAscii);
    }
    let refused: [(&[char], AddressError); 6] = [
        (&['"', '\\'], AddressError::Quoted),
        (&['<', '>'], AddressError::DisplayName),
        (&[',', ';'], AddressError::List),
        (&['(', ')'], AddressError::Comment),
        (&[' '], AddressError::Whitespace),
        (&['%', '!'], AddressError::Routed),
    ];
    for (characters, reason) in refused {
        if input.contains(characters) {
            return Err(reason);
        }
    }
    if input.contains("=?") {
        return Err(AddressError::EncodedWord);
    }
    Ok(())
}

fn check_local_part(local_part: &str) -> Result<(), AddressError> {
    if local_part.len() > LONGEST_LOCAL_PART {
        return Err(AddressError::TooLong);
    }
    for atom in local_part.split('.') {
        if atom.is_empty() || !atom.bytes().all(is_atom_byte) {
            return Err(AddressError::LocalPart);
        }
    }
    Ok(())
}

/// RFC 5322 `atext`, without the routing characters refused above.
fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"#$&'*+-/=?^_`{|}~".contains(&byte)
}

fn check_domain(domain: &str) -> Result<(), AddressError> {
    if domain.starts_with('[') || domain.contains(':') || domain.parse::<Ipv4Addr>().is_ok() {
        return Err(AddressError::IpLiteral);
    }

    let mut labels = 0;
    let mut last = "";
    for label in domain.split('.') {
        check_label(label)?;
        labels += 1;
        last = label;
    }

    // A last label that begins with a digit is a network address to some resolvers (`127.1`, `0x7f`), never a domain.
    let is_top_level = last.len() >= 2 && last.starts_with(|first: char| first.is_ascii_alphabetic());
    if labels < 2 || !is_top_level {
        return Err(AddressError::Domain);
    }
    Ok(())
}

fn check_label(label: &str) -> Result<(), AddressError> {
    if label.len() > LONGEST_LABEL {
        return Err(AddressError::TooLong);
    }
    let is_plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if label.is_empty() || !is_plain || label.starts_with('-') || label.ends_with('-') {
        return Err(AddressError::Domain);
    }
    Ok(())
}
