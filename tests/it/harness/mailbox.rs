//! The mails that the product has sent.

use super::{Api, eventually};

/// The secret in the mail to this address that stands right behind `mark`, once the mail is there.
pub async fn secret_mailed_to(api: &Api, address: &str, mark: &str) -> String {
    eventually(&format!("a mail to {address} with {mark}"), async || {
        let mails = api.get("/dev/mail.json").await.expect(200);
        let mails = mails.as_array().expect("a list of mails");
        let sent = mails.iter().filter(|mail| mail["to"] == address);
        sent.filter_map(|mail| secret_behind(mark, mail["text"].as_str().expect("a text part"))).next()
    })
    .await
}

fn secret_behind(mark: &str, text: &str) -> Option<String> {
    let (_, rest) = text.split_once(mark)?;
    let belongs = |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    let end = rest.find(|character| !belongs(character)).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}
