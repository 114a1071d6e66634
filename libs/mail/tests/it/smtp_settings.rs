//! Which settings a mailer is made from.

use mail::{AddressError, SmtpMailer, SmtpSettingsError};
use secrecy::SecretString;

const SENDER: &str = "no-reply@guildhall.test";

fn made_from(url: &str, from: &str) -> Result<SmtpMailer, SmtpSettingsError> {
    SmtpMailer::from_url(&SecretString::from(url), from)
}

#[test]
fn the_three_kinds_of_url_are_accepted_outside_a_runtime() {
    for url in [
        "smtp://127.0.0.1:1025",
        "smtp://mail.guildhall.test",
        "smtp://mail.guildhall.test:25/app.guildhall.test",
        "smtp://user:pass%40word@mail.guildhall.test?tls=required",
        "smtp://mail.guildhall.test?tls=opportunistic",
        "smtps://user:password@mail.guildhall.test",
        "smtps://user:password@mail.guildhall.test:10465?tls=required",
    ] {
        made_from(url, SENDER).expect(url);
    }
}

#[test]
fn a_url_that_would_be_misread_is_refused() {
    let refused = [
        ("", SmtpSettingsError::Url),
        ("mail.guildhall.test", SmtpSettingsError::Url),
        ("http://mail.guildhall.test", SmtpSettingsError::Url),
        ("smtp://mail.guildhall.test:notaport", SmtpSettingsError::Url),
        ("smtp://mail.guildhall.test?TLS=required", SmtpSettingsError::Option),
        ("smtp://mail.guildhall.test?tls=yes", SmtpSettingsError::Option),
        ("smtp://mail.guildhall.test?starttls", SmtpSettingsError::Option),
        ("smtp://user@mail.guildhall.test", SmtpSettingsError::Credentials),
        ("smtp://:password@mail.guildhall.test", SmtpSettingsError::Credentials),
        ("smtp://user:@mail.guildhall.test", SmtpSettingsError::Credentials),
    ];
    for (url, reason) in refused {
        assert_eq!(made_from(url, SENDER).expect_err(url), reason, "{url}");
    }
}

#[test]
fn the_sender_is_an_address_with_or_without_a_name() {
    for from in [
        SENDER,
        "Guildhall <no-reply@guildhall.test>",
        "\"Guildhall, Inc.\" <no-reply@guildhall.test>",
        "<a@guildhall.test>",
    ] {
        made_from("smtp://127.0.0.1", from).expect(from);
    }
    let refused = [
        ("", SmtpSettingsError::Sender(AddressError::Empty)),
        ("Guildhall", SmtpSettingsError::Sender(AddressError::AtMissing)),
        ("a@guildhall.test, b@guildhall.test", SmtpSettingsError::Sender(AddressError::List)),
        ("Guild\r\nBcc: eve@evil.test <a@guildhall.test>", SmtpSettingsError::SenderName),
    ];
    for (from, reason) in refused {
        assert_eq!(made_from("smtp://127.0.0.1", from).expect_err(from), reason, "{from:?}");
    }
}

#[test]
fn the_password_is_in_no_output() {
    let mailer = made_from("smtps://user:hunter2@mail.guildhall.test", SENDER);
    assert!(!format!("{mailer:?}").contains("hunter2"));
    let error = made_from("smtp://user:hunter2@mail.guildhall.test:port", SENDER).expect_err("a bad port");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

/// Signed by itself, for mail.guildhall.test; its key was thrown away.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUYOMY/QzjhYEeeeXzXIjKB9g8UVgwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTbWFpbC5ndWlsZGhhbGwudGVzdDAgFw0yNjExMjcyMDAwMDRa
GA8yMTI2MTEwMzIwMDAwNFowHjEcMBoGA1UEAwwTbWFpbC5ndWlsZGhhbGwudGVz
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPM+dTR4mJXn1sJnB9c0cZ8WrQua
lRfD5KC0n+YJJJiMxy7cLbEFPz2QmT2L2lK8AgPuHBN3cAM3/AhDylnl86ujczBx
MB0GA1UdDgQWBBRylUBPZDSUayRsAFpnIfggV09YKzAfBgNVHSMEGDAWgBRylUBP
ZDSUayRsAFpnIfggV09YKzAPBgNVHRMBAf8EBTADAQH/MB4GA1UdEQQXMBWCE21h
aWwuZ3VpbGRoYWxsLnRlc3QwCgYIKoZIzj0EAwIDSAAwRQIhANzbb5DQ0d5qTf6h
cVu0bTxdKKmDhAtE1SJgpSTm7D5xAiB+eV+sIR/7Ylmhkeuo5/n1dJ15FiuX4sks
Xk8TY6Ep4g==
-----END CERTIFICATE-----
";

#[test]
fn certificates_to_trust_are_accepted_with_every_kind_of_tls() {
    for url in [
        "smtps://mail.guildhall.test",
        "smtp://user:password@mail.guildhall.test:2525?tls=required",
        "smtp://[::1]:2525?tls=opportunistic",
    ] {
        SmtpMailer::from_url_trusting(&SecretString::from(url), SENDER, CERTIFICATE).expect(url);
    }
}

#[test]
fn what_is_no_certificate_or_would_not_be_used_is_refused() {
    let refused = [
        ("smtps://mail.guildhall.test", "", SmtpSettingsError::Roots),
        ("smtps://mail.guildhall.test", "/etc/ssl/mail.pem", SmtpSettingsError::Roots),
        (
            "smtps://mail.guildhall.test",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            SmtpSettingsError::Roots,
        ),
        ("smtp://mail.guildhall.test", CERTIFICATE, SmtpSettingsError::RootsWithoutTls),
    ];
    for (url, roots, expected) in refused {
        let made = SmtpMailer::from_url_trusting(&SecretString::from(url), SENDER, roots);
        assert_eq!(made.expect_err(url), expected, "{url} {roots}");
    }
}
