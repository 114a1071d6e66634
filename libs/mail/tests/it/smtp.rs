//! Real conversations with a mail server.

use std::time::Duration;

use mail::{Cause, Mailer, SendError, SmtpMailer};
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::samples;
use crate::smtp_sink::{Manner, Sink};

fn mailer_to(sink: &Sink) -> SmtpMailer {
    SmtpMailer::from_url(&sink.url(), "Guildhall <No-Reply@guildhall.test>").expect("valid settings")
}

#[tokio::test]
async fn a_mail_arrives_with_both_bodies_under_its_own_id() {
    let sink = Sink::start(Manner::Accepting).await;

    mailer_to(&sink).send(&samples::mail("0191-abc")).await.expect("sent");

    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].from.contains("<no-reply@guildhall.test>"), "{received:?}");
    assert!(received[0].to.contains("<bob@example.com>"), "{received:?}");
    let content = &received[0].content;
    for expected in [
        "Message-ID: <0191-abc@guildhall.test>\n",
        "From: Guildhall <no-reply@guildhall.test>\n",
        "To: bob@example.com\n",
        "Subject: Subject of 0191-abc\n",
        "Auto-Submitted: auto-generated\n",
        "MIME-Version: 1.0\n",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8\n",
        "Content-Type: text/html; charset=utf-8\n",
        "\nText of 0191-abc\n",
        "\n<p>HTML of 0191-abc</p>\n",
    ] {
        assert!(content.contains(expected), "{expected:?} is not in {content}");
    }
}

#[tokio::test]
async fn a_mail_sent_again_has_the_same_message_id() {
    let sink = Sink::start(Manner::Accepting).await;
    let mailer = mailer_to(&sink);
    let mail = samples::mail("again");

    mailer.send(&mail).await.expect("sent");
    mailer.send(&mail).await.expect("sent again");

    let received = sink.received();
    assert_eq!(received.len(), 2);
    for mail in received {
        assert!(mail.content.contains("Message-ID: <again@guildhall.test>\n"));
    }
}

#[tokio::test]
async fn a_transient_refusal_says_try_again() {
    let sink = Sink::start(Manner::Refusing("451 4.7.1 greylisted, bob@example.com")).await;

    let error = mailer_to(&sink).send(&samples::mail("a")).await.expect_err("refused");

    assert!(error.is_transient());
    assert_eq!(error.to_string(), "The mail server refused the mail with 451 4.7.1.");
    assert!(!format!("{error:?}").contains("bob@"));
}

#[tokio::test]
async fn the_reader_sees_whom_a_mail_is_sent_for_before_the_address_of_the_product() {
    let named = "Guildhall <No-Reply@guildhall.test>";
    let hostile = "PayPal <a@evil.test>\r\nBcc: x@evil.test \"; \\ \u{202e}(Security)";
    let cases = [
        (named, "Acme", "From: \"Acme via Guildhall\" <no-reply@guildhall.test>\n"),
        (named, "  ", "From: Guildhall <no-reply@guildhall.test>\n"),
        (named, "\"@<>\r\n", "From: Guildhall <no-reply@guildhall.test>\n"),
        ("no-reply@guildhall.test", "Acme", "From: \"Acme via guildhall.test\" <no-reply@guildhall.test>\n"),
    ];
    let send = async |from: &str, name: &str| {
        let sink = Sink::start(Manner::Accepting).await;
        let mailer = SmtpMailer::from_url(&sink.url(), from).expect("valid settings");
        mailer.send(&samples::mail("a").sent_on_behalf_of(name)).await.expect("sent");
        let received = sink.received().remove(0);
        assert!(received.from.contains("<no-reply@guildhall.test>"), "{received:?}");
        received.content
    };
    for (from, name, expected) in cases {
        let content = send(from, name).await;
        assert!(content.contains(expected), "{expected:?} is not in {content}");
    }
    let content = send(named, hostile).await;
    let header = content.split("\n\n").next().unwrap_or_default().replace("\n ", " ");
    let senders: Vec<&str> = header.lines().filter(|line| line.starts_with("From:")).collect();
    assert_eq!(
        senders,
        ["From: \"PayPal a evil.test Bcc x evil.test Security via Guildhall\" <no-reply@guildhall.test>"]
    );
    assert!(!header.lines().any(|line| line.starts_with("Bcc")), "{header}");
    let content = send(named, &"ä".repeat(500)).await;
    assert!(content.lines().all(|line| line.len() <= 78), "{content}");
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_told_from_other_refusals() {
    let cause_of = async |reply: &'static str| {
        let sink = Sink::start(Manner::Refusing(reply)).await;
        mailer_to(&sink).send(&samples::mail("a")).await.expect_err("refused").cause().is_unknown_mailbox()
    };
    assert!(cause_of("550 5.1.1 no such user").await);
    assert!(cause_of("556 5.1.10 takes no mail").await);
    for reply in ["550 no such user", "550 5.7.1 spam", "550 5.1.8 bad sender", "451 4.1.1 later"] {
        assert!(!cause_of(reply).await, "{reply}");
    }
}

#[tokio::test]
async fn a_permanent_refusal_says_give_up() {
    let sink = Sink::start(Manner::Refusing("550 no such user here")).await;

    let error = mailer_to(&sink).send(&samples::mail("a")).await.expect_err("refused");

    assert!(!error.is_transient());
    assert_eq!(error.to_string(), "The mail server refused the mail with 550.");
}

#[tokio::test]
async fn refused_credentials_do_not_condemn_the_mail() {
    let sink = Sink::start(Manner::Refusing("530 5.7.0 authentication required")).await;

    let error = mailer_to(&sink).send(&samples::mail("a")).await.expect_err("refused");

    assert!(matches!(error, SendError::Transient(Cause::Unauthenticated { .. })), "{error:?}");
}

#[tokio::test]
async fn an_absent_server_says_try_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
    let address = listener.local_addr().expect("a bound address");
    drop(listener);
    let url = SecretString::from(format!("smtp://{address}"));
    let mailer = SmtpMailer::from_url(&url, "no-reply@guildhall.test").expect("valid settings");

    let error = mailer.send(&samples::mail("a")).await.expect_err("nobody listens");

    assert!(matches!(error, SendError::Transient(Cause::Unreachable)), "{error:?}");
}

#[tokio::test]
async fn a_server_without_encryption_gets_nothing_if_encryption_is_required() {
    let sink = Sink::start(Manner::Accepting).await;
    let url = SecretString::from(format!("smtp://user:hunter2@{}?tls=required", sink.address));
    let mailer = SmtpMailer::from_url(&url, "no-reply@guildhall.test").expect("valid settings");

    let error = mailer.send(&samples::mail("a")).await.expect_err("no STARTTLS there");

    assert!(matches!(error, SendError::Transient(Cause::Misunderstood)), "{error:?}");
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_apart_from_one_that_is_away() {
    let sink = Sink::start(Manner::Accepting).await;
    let url = SecretString::from(format!("smtps://{}", sink.address));
    let mailer = SmtpMailer::from_url(&url, "no-reply@guildhall.test").expect("valid settings");

    let error = mailer.send(&samples::mail("a")).await.expect_err("no TLS there");

    assert!(matches!(error, SendError::Transient(Cause::Unencrypted)), "{error:?}");
}

#[tokio::test]
async fn a_conversation_given_up_is_not_taken_up_by_the_next_mail() {
    let sink = Sink::start(Manner::MuteAtFirst).await;
    let mailer = mailer_to(&sink).with_deadline(Duration::from_secs(2));

    let error = mailer.send(&samples::mail("unanswered")).await.expect_err("no answer");
    mailer.send(&samples::mail("answered")).await.expect("sent");

    assert!(matches!(error, SendError::Transient(Cause::TimedOut)), "{error:?}");
    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].content.contains("Message-ID: <answered@guildhall.test>"));
    assert_eq!(received[0].connection, 1);
}

#[tokio::test]
async fn nothing_in_a_mail_becomes_a_header_or_ends_the_conversation() {
    let sink = Sink::start(Manner::Accepting).await;
    let mut mail = samples::mail("hostile");
    mail.subject = "Hello\r\nBcc: eve@evil.test\r\n\r\nBody".to_owned();
    mail.text = "first\r\n.\r\nQUIT\r\n.last".to_owned();

    mailer_to(&sink).send(&mail).await.expect("sent");

    let received = sink.received();
    assert_eq!(received.len(), 1);
    let (headers, body) = received[0].content.split_once("\n\n").expect("headers and a body");
    assert!(!headers.contains("\nBcc:"), "{headers}");
    assert!(headers.contains("\nMIME-Version:"), "{headers}");
    assert!(body.contains("\n.\nQUIT\n.last\n"), "{body}");
}

#[tokio::test]
async fn a_subject_in_any_language_is_encoded() {
    let sink = Sink::start(Manner::Accepting).await;
    let mut mail = samples::mail("unicode");
    mail.subject = "Einladung zu Bücher & Söhne".to_owned();
    mail.text = "Schöne Grüße".to_owned();

    mailer_to(&sink).send(&mail).await.expect("sent");

    let received = sink.received();
    assert!(received[0].content.is_ascii());
    assert!(received[0].content.contains("=?utf-8?"));
}

#[tokio::test]
async fn an_id_that_fits_no_header_is_refused_for_good() {
    let sink = Sink::start(Manner::Accepting).await;
    let mailer = mailer_to(&sink);

    for id in ["", "a b", "a>\r\nBcc: eve@evil.test", "a@b", "../a", &"a".repeat(129)] {
        let error = mailer.send(&samples::mail(id)).await.expect_err(id);
        assert!(matches!(error, SendError::Permanent(Cause::Id)), "{id:?}");
    }
    assert!(sink.received().is_empty());
}

#[test]
fn a_mailer_may_outlive_the_runtime_it_was_used_in() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mailer = runtime.block_on(async {
        let sink = Sink::start(Manner::Accepting).await;
        let mailer = mailer_to(&sink);
        mailer.send(&samples::mail("a")).await.expect("sent");
        mailer
    });
    drop(runtime);
    drop(mailer);
}
