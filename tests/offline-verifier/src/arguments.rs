//! The command line.

use std::fs;

use token_verification::{Freshness, KeySet, KeyStore, TokenVerifier};

pub const USAGE: &str = "\
Usage: offline-verifier --keys FILE --issuer URL --audience CODE < tokens

Reads access tokens from standard input, one a line, and prints one JSON line for each.
  --keys FILE       the issuer's key set, as fetched from /.well-known/jwks.json
  --issuer URL      the only accepted issuer
  --audience CODE   the code of the application that the tokens are for";

#[derive(Default)]
pub struct Arguments {
    keys: Option<String>,
    issuer: Option<String>,
    audience: Option<String>,
}

impl Arguments {
    pub fn parse(words: Vec<String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(option) = words.next() {
            let place = match option.as_str() {
                "--keys" => &mut arguments.keys,
                "--issuer" => &mut arguments.issuer,
                "--audience" => &mut arguments.audience,
                _ => return Err(format!("{option} isn't an option.")),
            };
            let value = words.next().ok_or_else(|| format!("{option} needs a value."))?;
            if place.replace(value).is_some() {
                return Err(format!("{option} was given twice."));
            }
        }
        Ok(arguments)
    }

    pub fn verifier(self) -> Result<TokenVerifier, String> {
        let file = self.keys.ok_or("--keys is missing.")?;
        let issuer = self.issuer.ok_or("--issuer is missing.")?;
        let audience = self.audience.ok_or("--audience is missing.")?;
        let text = fs::read_to_string(&file).map_err(|error| format!("{file} can't be read: {error}."))?;
        let keys = KeySet::from_jwks(&text).map_err(|error| format!("{file} can't be used: {error}"))?;
        if keys.is_empty() {
            return Err(format!("{file} holds no Ed25519 key."));
        }
        let store = KeyStore::empty();
        store.replace(keys);
        TokenVerifier::builder()
            .issuer(issuer)
            .audience(audience)
            .freshness(Freshness::UntilExpiry)
            .keys(store)
            .build()
            .map_err(|error| error.to_string())
    }
}
