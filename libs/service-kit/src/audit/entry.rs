//! What an entry says.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::shown_text::stays_in_its_place;

/// Most characters of a reason.
pub const LONGEST_REASON: usize = 500;
/// Most bytes of an action.
pub const LONGEST_ACTION: usize = 80;

/// One thing that was done. It holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// UUIDv7.
    pub id: Uuid,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// The session that the actor did it in.
    pub actor_session: Option<Uuid>,
    /// What was done: a noun and a past participle such as `user.suspended`, at most 80 bytes.
    pub action: String,
    /// The kind of thing that it was done to, at most 40 bytes.
    pub target_kind: String,
    /// Which of them, at most 100 bytes.
    pub target_id: String,
    /// The tenant that it concerns.
    pub tenant_id: Option<Uuid>,
    /// Why, in the actor's words.
    pub reason: Option<Reason>,
    /// What else is worth knowing, at most 4 KiB of JSON.
    pub details: Value,
    /// Where the call came from, in text form, at most 45 bytes.
    pub ip_address: Option<String>,
    /// What the actor called with.
    pub user_agent: Option<String>,
    /// The request that it was done for, at most 64 bytes.
    pub request_id: Option<String>,
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// This user.
    User(Uuid),
    /// Whoever runs the deployment, at its command line.
    Operator,
    /// The product by itself.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Operator => f.write_str("operator"),
            Self::System => f.write_str("system"),
        }
    }
}

/// The text names nobody who does anything.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be the UUID of a user, or operator, or system")]
pub struct NotAnActor;

impl FromStr for Actor {
    type Err = NotAnActor;

    fn from_str(text: &str) -> Result<Self, NotAnActor> {
        match text {
            "operator" => Ok(Self::Operator),
            "system" => Ok(Self::System),
            _ if text.len() == 36 => Uuid::try_parse(text).map(Self::User).map_err(|_| NotAnActor),
            _ => Err(NotAnActor),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = NotAnActor;

    fn try_from(text: String) -> Result<Self, NotAnActor> {
        text.parse()
    }
}

/// The text names no action.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be a word such as user.suspended")]
pub struct NotAnAction;

/// Reads the name of an action that entries are asked for by.
pub fn parse_action(text: &str) -> Result<String, NotAnAction> {
    let is_word = text.len() <= LONGEST_ACTION && !text.contains(char::is_control);
    if is_word { Ok(text.to_owned()) } else { Err(NotAnAction) }
}

/// Why something was done, in the words of whoever did it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

/// The text cannot be kept as a reason.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("must be one line of at most 500 characters")]
pub struct NotAReason;

impl Reason {
    /// Reads a reason, trimmed; `None` when nothing is left of it.
    pub fn parse(text: &str) -> Result<Option<Self>, NotAReason> {
        let text = text.trim();
        if text.chars().count() > LONGEST_REASON || !stays_in_its_place(text) {
            return Err(NotAReason);
        }
        Ok(Some(text).filter(|text| !text.is_empty()).map(|text| Self(text.to_owned())))
    }

    /// The words.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Words that were stored as a reason.
    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }
}
