//! Why keys stay as they are.

use sea_orm::DbErr;
use service_kit::Timestamp;
use service_kit::database::in_words;

/// The keys cannot be used, or were not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database does not answer, or its schema is not up to date.
    #[error("identity's database cannot be used: {}", in_words(.0))]
    Database(#[from] DbErr),
    /// The master key is not the one that the signing keys were sealed with.
    #[error(
        "the encryption key (GUILDHALL_ENCRYPTION_KEY) does not open the signing keys in identity's database; start \
         with the key that they were made with"
    )]
    WrongMasterKey,
    /// Identity was never started on this database.
    #[error("there are no signing keys yet: identity makes them at its first start")]
    NoneYet,
    /// What the first start made is not readable.
    #[error("the signing keys in identity's database are damaged; restore them from a backup")]
    Damaged,
    /// Not everybody knows the next key yet.
    #[error(
        "the next key is not known everywhere before {}; wait until then, or add --now if the active key is \
         compromised: tokens may be refused for some seconds", .0.to_rfc3339()
    )]
    NotKnownYet(Timestamp),
    /// Tokens that the key has signed are still good.
    #[error(
        "tokens of this key are good until {}; wait until then, or add --now if the key is compromised: whoever \
         holds such a token has to refresh it", .0.to_rfc3339()
    )]
    StillVerifies(Timestamp),
    /// No key has this id.
    #[error("there is no key with this id; list them with `guildhall keys list`")]
    Unknown,
    /// Only a key that was rotated away can be retired.
    #[error("the key is {0}, and only one that was rotated away can be retired")]
    NotRetiring(&'static str),
    /// As many keys are published as verifiers take.
    #[error("too many keys are published; retire some first")]
    TooMany,
}
