//! Which addresses are accepted, and what is said about the others.

use mail::{Address, AddressError, SmtpMailer};
use secrecy::SecretString;

fn refusal(input: &str) -> AddressError {
    Address::parse(input).expect_err(input)
}

/// The sender is read by the same rules as a recipient, down to the mail library's own.
fn assert_can_be_written_to(input: &str) {
    let url = SecretString::from("smtp://127.0.0.1");
    SmtpMailer::from_url(&url, input).expect(input);
}

#[test]
fn plain_addresses_are_accepted_in_lower_case() {
    let accepted = [
        ("alice@example.com", "alice@example.com"),
        ("Alice@Example.COM", "alice@example.com"),
        ("a@b.co", "a@b.co"),
        ("alice.b.smith@mail.example.com", "alice.b.smith@mail.example.com"),
        ("alice+news@example.com", "alice+news@example.com"),
        ("o'brien@example.ie", "o'brien@example.ie"),
        ("_-#$&*/?=^`{|}~@example.com", "_-#$&*/?=^`{|}~@example.com"),
        ("12345@example.com", "12345@example.com"),
        ("alice@1and1.com", "alice@1and1.com"),
        ("alice@xn--bcher-kva.example", "alice@xn--bcher-kva.example"),
        ("alice@a-b.example.museum", "alice@a-b.example.museum"),
        ("-alice@example.com", "-alice@example.com"),
    ];
    for (input, canonical) in accepted {
        let address = Address::parse(input).expect(input);
        assert_eq!(address.canonical(), canonical);
        assert_eq!(address.to_string(), canonical);
        assert_eq!(format!("{}@{}", address.local_part(), address.domain()), canonical);
        assert_can_be_written_to(input);
    }
}

#[test]
fn everything_else_is_refused_with_its_own_reason() {
    let refused = [
        ("", AddressError::Empty),
        ("alice", AddressError::AtMissing),
        ("example.com", AddressError::AtMissing),
        ("@example.com", AddressError::LocalPart),
        ("alice@", AddressError::Domain),
        ("@", AddressError::LocalPart),
        ("alice@evil.com@example.com", AddressError::SeveralAts),
        ("alice@@example.com", AddressError::SeveralAts),
        ("alice@example.com,bob@example.com", AddressError::List),
        ("alice@example.com;bob@example.com", AddressError::List),
        ("Alice <alice@example.com>", AddressError::DisplayName),
        ("<alice@example.com>", AddressError::DisplayName),
        ("\"e@evil.com\"@example.com", AddressError::Quoted),
        ("\"alice\"@example.com", AddressError::Quoted),
        ("alice\\@evil.com@example.com", AddressError::Quoted),
        ("alice(work)@example.com", AddressError::Comment),
        ("alice@example.com(work)", AddressError::Comment),
        ("=?utf-8?q?alice=40evil.com?=@example.com", AddressError::EncodedWord),
        ("alice%evil.com@example.com", AddressError::Routed),
        ("evil.com!alice@example.com", AddressError::Routed),
        (" alice@example.com", AddressError::Whitespace),
        ("alice@example.com ", AddressError::Whitespace),
        ("alice smith@example.com", AddressError::Whitespace),
        ("alice@example.com\r\nBcc: bob@evil.com", AddressError::ControlCharacter),
        ("alice@example.com\n", AddressError::ControlCharacter),
        ("alice\0@example.com", AddressError::ControlCharacter),
        ("alice\t@example.com", AddressError::ControlCharacter),
        ("alice@example.com\u{85}", AddressError::ControlCharacter),
        ("ålice@example.com", AddressError::NotAscii),
        ("alice@bücher.example", AddressError::NotAscii),
        ("alice\u{ff20}example.com", AddressError::NotAscii),
        ("al\u{200b}ice@example.com", AddressError::NotAscii),
        ("alice@example\u{3002}com", AddressError::NotAscii),
        (".alice@example.com", AddressError::LocalPart),
        ("alice.@example.com", AddressError::LocalPart),
        ("al..ice@example.com", AddressError::LocalPart),
        ("al:ice@example.com", AddressError::LocalPart),
        ("al[ice]@example.com", AddressError::LocalPart),
        ("alice@[127.0.0.1]", AddressError::IpLiteral),
        ("alice@[IPv6:::1]", AddressError::IpLiteral),
        ("alice@127.0.0.1", AddressError::IpLiteral),
        ("alice@::1", AddressError::IpLiteral),
        ("alice@127.1", AddressError::Domain),
        ("alice@10.0.0.0x1", AddressError::Domain),
        ("alice@localhost", AddressError::Domain),
        ("alice@example.c", AddressError::Domain),
        ("alice@example.com.", AddressError::Domain),
        ("alice@.example.com", AddressError::Domain),
        ("alice@example..com", AddressError::Domain),
        ("alice@-example.com", AddressError::Domain),
        ("alice@example-.com", AddressError::Domain),
        ("alice@exa_mple.com", AddressError::Domain),
    ];
    for (input, reason) in refused {
        assert_eq!(refusal(input), reason, "{input:?}");
    }
}

#[test]
fn lengths_are_limited_to_the_character() {
    let of_local_part = |length: usize| format!("{}@example.com", "a".repeat(length));
    assert!(Address::parse(&of_local_part(64)).is_ok());
    assert_can_be_written_to(&of_local_part(64));
    assert_eq!(refusal(&of_local_part(65)), AddressError::TooLong);

    let of_label = |length: usize| format!("a@{}.com", "b".repeat(length));
    assert!(Address::parse(&of_label(63)).is_ok());
    assert_can_be_written_to(&of_label(63));
    assert_eq!(refusal(&of_label(64)), AddressError::TooLong);

    let label = "c".repeat(49);
    let of_total = |length: usize| {
        let rest = format!("@{label}.{label}.{label}.{label}.com");
        format!("{}{rest}", "a".repeat(length - rest.len()))
    };
    assert!(Address::parse(&of_total(254)).is_ok());
    assert_can_be_written_to(&of_total(254));
    assert_eq!(refusal(&of_total(255)), AddressError::TooLong);
    assert_eq!(refusal(&"a".repeat(300_000)), AddressError::TooLong);
}

#[test]
fn addresses_are_compared_without_case_but_with_their_tags() {
    let parse = |input| Address::parse(input).expect(input);
    assert_eq!(parse("Alice@Example.com"), parse("alice@example.COM"));
    assert_ne!(parse("alice+one@example.com"), parse("alice@example.com"));
    assert_ne!(parse("al.ice@example.com"), parse("alice@example.com"));
}

#[test]
fn debug_output_does_not_tell_whose_address_it_is() {
    let shown = format!("{:?}", Address::parse("alice@example.com"));
    assert!(!shown.contains("alice"), "{shown}");
}
