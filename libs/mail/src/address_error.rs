//! Why a piece of text is not an address we accept.

use thiserror::Error;

/// The reason an e-mail address was refused; each reads as a sentence to show beside the input.
///
/// None of them repeats the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("An e-mail address is required.")]
    Empty,
    /// Longer than 254 characters (RFC 5321, 4.5.3.1.3), a part before the @ of more than 64, or a domain label of more than 63.
    #[error("The e-mail address is too long.")]
    TooLong,
    /// A line break, a NUL or another control character.
    #[error("The e-mail address contains a control character; type it again.")]
    ControlCharacter,
    /// Internationalised addresses (RFC 6531) are not taken yet; a domain may be given in its `xn--` form.
    #[error("The e-mail address may contain plain ASCII letters, digits and symbols only.")]
    NotAscii,
    /// A space, also at either end.
    #[error("The e-mail address may not contain spaces.")]
    Whitespace,
    /// A comma or semicolon, with which several addresses are listed.
    #[error("Give exactly one e-mail address.")]
    List,
    /// Angle brackets around an address, usually after a name.
    #[error("Give the e-mail address alone, without a name or angle brackets.")]
    DisplayName,
    /// A comment in parentheses (RFC 5322, 3.2.2).
    #[error("The e-mail address may not contain a comment in parentheses.")]
    Comment,
    /// A quoted part before the @ (RFC 5321 `Quoted-string`), which mail programs read differently.
    #[error("The e-mail address may not contain quotation marks or backslashes.")]
    Quoted,
    /// An encoded word (RFC 2047), which some readers decode into another address.
    #[error("The e-mail address may not contain encoded text.")]
    EncodedWord,
    /// `%` and `!`, by which old mail servers were told to forward to another address.
    #[error("The e-mail address may not contain routing characters (% or !).")]
    Routed,
    /// No @ at all.
    #[error("The e-mail address needs an @.")]
    AtMissing,
    /// More than one @.
    #[error("The e-mail address may contain one @ only.")]
    SeveralAts,
    /// The part before the @ is empty, misplaces its dots, or has a character that does not belong there.
    #[error("The part of the e-mail address before the @ is not valid.")]
    LocalPart,
    /// A network address in the place of the domain, with or without brackets.
    #[error("The e-mail address needs a domain name, not a network address.")]
    IpLiteral,
    /// The part after the @ is not a domain name of at least two labels.
    #[error("The part of the e-mail address after the @ is not a domain name.")]
    Domain,
}
