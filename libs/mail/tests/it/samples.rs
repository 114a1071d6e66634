//! Mails to send in tests.

use mail::{Address, Mail};

pub fn address(text: &str) -> Address {
    Address::parse(text).expect("a valid sample address")
}

pub fn mail(id: &str) -> Mail {
    Mail {
        to: address("Bob@Example.com"),
        subject: format!("Subject of {id}"),
        text: format!("Text of {id}"),
        html: format!("<p>HTML of {id}</p>"),
        id: id.to_owned(),
        on_behalf_of: None,
    }
}
