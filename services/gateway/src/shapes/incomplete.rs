//! Answers of services that lack what they must hold.

use service_kit::Refusal;

use crate::http_error::HttpError;

/// A service's answer lacks this.
#[derive(Debug)]
pub(crate) struct Incomplete(&'static str);

impl Incomplete {
    /// An answer without this.
    pub(crate) const fn new(what: &'static str) -> Self {
        Self(what)
    }
}

impl From<Incomplete> for HttpError {
    fn from(Incomplete(what): Incomplete) -> Self {
        Refusal::internal(format!("an answer without {what}")).into()
    }
}

/// What a message field holds; `what` names it in the log when it holds nothing.
pub(crate) fn filled<T>(field: Option<T>, what: &'static str) -> Result<T, Incomplete> {
    field.ok_or(Incomplete(what))
}

/// The shape of what a message field holds.
pub(crate) fn shaped<P, T: TryFrom<P, Error = Incomplete>>(
    field: Option<P>,
    what: &'static str,
) -> Result<T, Incomplete> {
    filled(field, what)?.try_into()
}

/// The shape of every entry.
pub(crate) fn each<P, T: TryFrom<P, Error = Incomplete>>(entries: Vec<P>) -> Result<Vec<T>, Incomplete> {
    entries.into_iter().map(T::try_from).collect()
}
