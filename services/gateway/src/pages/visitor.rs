//! Who looks at a page.

use contracts::identity::v1 as proto;
use serde_json::{Value, json};
use service_kit::Refusal;
use token_verification::Caller;
use tonic::metadata::{Ascii, MetadataValue};

use crate::http_error::HttpError;
use crate::shapes::incomplete::filled;

/// Who looks at a page.
pub(super) enum Visitor {
    /// Nobody who is signed in.
    Nobody,
    /// Somebody whose session can be renewed, which takes a form.
    Returning,
    /// Somebody who is signed in.
    Account(Account),
}

/// A signed-in person.
pub(super) struct Account {
    pub(super) id: String,
    pub(super) email: String,
    /// Whether the address is proven.
    pub(super) is_proven: bool,
    name: String,
    pub(super) authorization: MetadataValue<Ascii>,
}

impl Account {
    /// As the access token says; `None` when it cannot be sent on.
    pub(super) fn of_caller(caller: Caller, token: &str) -> Option<Self> {
        let (id, email) = (caller.user_id.to_string(), caller.email);
        Some(Self { id, email, is_proven: caller.email_verified, name: String::new(), authorization: bearer(token)? })
    }

    /// As identity says beside new tokens.
    pub(super) fn of_tokens(tokens: Option<&proto::Tokens>, user: Option<proto::User>) -> Result<Self, HttpError> {
        let tokens = filled(tokens, "the tokens")?;
        let authorization = bearer(&tokens.access_token).ok_or_else(|| Refusal::internal("an odd access token"))?;
        let (id, email, name) = <(String, String, String)>::default();
        let mut account = Self { id, email, is_proven: false, name, authorization };
        account.learn(user)?;
        Ok(account)
    }

    /// Takes over what identity says, which is newer than a token.
    pub(super) fn learn(&mut self, user: Option<proto::User>) -> Result<(), HttpError> {
        let user = filled(user, "the user")?;
        (self.id, self.email, self.is_proven) = (user.id, user.email, user.email_verified);
        self.name = user.display_name.unwrap_or_default();
        Ok(())
    }
}

fn bearer(token: &str) -> Option<MetadataValue<Ascii>> {
    let mut value = MetadataValue::try_from(format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl Visitor {
    /// The account, if somebody is signed in.
    pub(super) const fn account(&self) -> Option<&Account> {
        match self {
            Self::Account(account) => Some(account),
            Self::Nobody | Self::Returning => None,
        }
    }

    /// For templates.
    pub(super) fn shown(&self) -> Value {
        match self {
            Self::Nobody => json!({ "state": "nobody" }),
            Self::Returning => json!({ "state": "returning" }),
            Self::Account(Account { id, email, is_proven, name, .. }) => {
                json!({ "state": "account", "id": id, "email": email, "is_proven": is_proven, "name": name })
            }
        }
    }
}
