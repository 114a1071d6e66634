//! How a command of the operator is refused.

use sea_orm::DbErr;
use service_kit::database::in_words;

use super::IdentityError;

/// A command was not carried out; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// No such role.
    #[error("a platform role is system_admin or super_admin")]
    UnknownRole,
    /// Nobody has the address.
    #[error("there is no account with this address; `guildhall admin create` makes one")]
    NoAccount,
    /// No account has the address or id.
    #[error("there is no account of this address or id")]
    NoSuchUser,
    /// The account is suspended or about to be deleted.
    #[error(
        "the account is not in use; take it back into use first, with `guildhall user unsuspend` or in the back office"
    )]
    NotInUse,
    /// A deletion that is called off would take the account back into use.
    #[error(
        "the account is suspended, and would be in use again if an organization kept it; hand its organizations over with \
         --hand-over, or take it back into use first"
    )]
    Suspended,
    /// Nobody has proven that the account's address is theirs.
    #[error(
        "nobody has proven the account's address, so it may be anybody's; its owner has to follow the link of the \
         verification mail first"
    )]
    Unproven,
    /// Nobody active would hold `system_admin`.
    #[error("the account is the last active system administrator; make somebody else one first")]
    LastSystemAdmin,
    /// Somebody signs up with the address at this moment.
    #[error("the account is being made or changed at this moment; try again")]
    Unsettled,
    /// It is being suspended or deleted, and organizations has not answered yet.
    #[error(
        "the account is being suspended or deleted, which identity finishes once it runs and organizations answers; `guildhall outbox \
         list` tells since when it waits"
    )]
    Waiting,
    /// There is no epoch yet.
    #[error("identity has never been started on this database; start it first")]
    NeverStarted,
    /// The database did not do what it was told.
    #[error("identity's database cannot be used: {}", in_words(.0))]
    Database(#[from] DbErr),
    /// Something that never happens.
    #[error(transparent)]
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl From<IdentityError> for OperatorError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Database(error) => Self::Database(error),
            IdentityError::LastSystemAdmin => Self::LastSystemAdmin,
            IdentityError::Unsettled => Self::Unsettled,
            IdentityError::UnprovenAccount => Self::Unproven,
            other => Self::Broken(Box::new(other)),
        }
    }
}
