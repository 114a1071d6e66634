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
