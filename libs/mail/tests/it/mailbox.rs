//! The development mailbox, alone and shared.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use mail::{Cause, Mailbox, Mailer, SendError, StoredMail};
use time::{Duration, OffsetDateTime};

use crate::samples;

const START: i64 = 1_700_000_000;

/// A mailbox whose clock moves on by a second with every mail.
fn mailbox_in(directory: &Path) -> Mailbox {
    let seconds = AtomicI64::new(START);
    let now = move || OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds.fetch_add(1, Ordering::Relaxed));
    Mailbox::open(directory.to_owned(), Arc::new(now)).expect("a usable directory")
}

fn files_in(directory: &Path) -> usize {
    fs::read_dir(directory).expect("a directory").count()
}

fn subjects(mails: &[StoredMail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.as_str()).collect()
}

#[tokio::test]
async fn mails_are_listed_newest_first_as_they_were_sent() {
    let directory = tempfile::tempdir().expect("a directory");
    let mailbox = mailbox_in(&directory.path().join("mail").join("box"));
    assert!(mailbox.list().await.expect("a list").is_empty());

    for id in ["one", "two", "three"] {
        mailbox.send(&samples::mail(id)).await.expect("kept");
    }

    let mails = mailbox.list().await.expect("a list");
    assert_eq!(subjects(&mails), ["Subject of three", "Subject of two", "Subject of one"]);
    let json = serde_json::to_value(&mails[2]).expect("JSON");
    let expected = serde_json::json!({
        "to": "bob@example.com",
        "subject": "Subject of one",
        "text": "Text of one",
        "html": "<p>HTML of one</p>",
        "created_at": "2023-11-14T22:13:20Z",
    });
    assert_eq!(json, expected);
}

#[tokio::test]
async fn a_mail_sent_again_replaces_the_earlier_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let mailbox = mailbox_in(directory.path());
    let mut mail = samples::mail("same");
    mailbox.send(&mail).await.expect("kept");
    mailbox.send(&samples::mail("other")).await.expect("kept");

    mail.subject = "Corrected".to_owned();
    mailbox.send(&mail).await.expect("kept");

    let mails = mailbox.list().await.expect("a list");
    assert_eq!(subjects(&mails), ["Corrected", "Subject of other"]);
    assert_eq!(files_in(directory.path()), 2);
}

#[tokio::test]
async fn an_id_that_ends_like_another_is_another_mail() {
    let directory = tempfile::tempdir().expect("a directory");
    let mailbox = mailbox_in(directory.path());

    mailbox.send(&samples::mail("1-same")).await.expect("kept");
    mailbox.send(&samples::mail("same")).await.expect("kept");

    assert_eq!(mailbox.list().await.expect("a list").len(), 2);
}

#[tokio::test]
async fn only_the_latest_two_hundred_are_kept() {
    let directory = tempfile::tempdir().expect("a directory");
    let mailbox = mailbox_in(directory.path());

    for number in 0..205 {
        mailbox.send(&samples::mail(&number.to_string())).await.expect("kept");
    }

    let mails = mailbox.list().await.expect("a list");
    assert_eq!(mails.len(), 200);
    assert_eq!(mails[0].subject, "Subject of 204");
    assert_eq!(mails[199].subject, "Subject of 5");
    assert_eq!(files_in(directory.path()), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_writers_share_a_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut writers = Vec::new();
    for writer in 0..8 {
        let mailbox = mailbox_in(directory.path());
        writers.push(tokio::spawn(async move {
            for number in 0..40 {
                mailbox.send(&samples::mail(&format!("{writer}-{number}"))).await.expect("kept");
                mailbox.send(&samples::mail("same-for-all")).await.expect("kept");
                assert!(mailbox.list().await.expect("a list").len() <= 200);
            }
        }));
    }
    for writer in writers {
        writer.await.expect("a writer without failure");
    }

    let mails = mailbox_in(directory.path()).list().await.expect("a list");
    assert_eq!(mails.len(), 200);
    let same = mails.iter().filter(|mail| mail.subject == "Subject of same-for-all");
    assert_eq!(same.count(), 1);
    assert_eq!(files_in(directory.path()), 200);
}

#[tokio::test]
async fn foreign_files_are_left_alone_and_out_of_the_list() {
    let directory = tempfile::tempdir().expect("a directory");
    let foreign = ["notes.txt", "2023-notes.json", "000000000000001-broken.json"];
    for name in foreign {
        fs::write(directory.path().join(name), "not a mail").expect("written");
    }
    let mailbox = mailbox_in(directory.path());

    mailbox.send(&samples::mail("one")).await.expect("kept");

    assert_eq!(mailbox.list().await.expect("a list").len(), 1);
    assert_eq!(files_in(directory.path()), foreign.len() + 1);
}

#[tokio::test]
async fn an_id_cannot_name_a_file_elsewhere() {
    let directory = tempfile::tempdir().expect("a directory");
    let mailbox = mailbox_in(&directory.path().join("box"));

    for id in ["../outside", "a/b", "", "a\0b"] {
        let error = mailbox.send(&samples::mail(id)).await.expect_err(id);
        assert!(matches!(error, SendError::Permanent(Cause::Id)), "{id:?}");
    }
    assert_eq!(files_in(directory.path()), 1);
}

#[tokio::test]
async fn a_directory_that_vanished_is_a_transient_failure() {
    let directory = tempfile::tempdir().expect("a directory");
    let mailbox = mailbox_in(&directory.path().join("box"));
    fs::remove_dir(directory.path().join("box")).expect("removed");

    let error = mailbox.send(&samples::mail("one")).await.expect_err("nowhere to write");

    assert!(error.is_transient());
    assert!(mailbox.list().await.is_err());
}

#[test]
fn a_mailbox_cannot_be_opened_in_the_place_of_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let now = Arc::new(|| OffsetDateTime::UNIX_EPOCH);
    let error = Mailbox::open(file.path().to_owned(), now).expect_err("a file is no directory");
    assert!(!error.to_string().contains(&file.path().display().to_string()));
}
