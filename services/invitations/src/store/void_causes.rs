//! Causes as columns hold them.

use sea_orm::DbErr;

use crate::domain::Cause;

pub fn write(cause: Option<Cause>) -> Option<String> {
    cause.map(|cause| cause.word().to_owned())
}

pub fn read(word: Option<String>) -> Result<Option<Cause>, DbErr> {
    let unreadable = || DbErr::Type("the cause of an offer's end cannot be read".to_owned());
    word.map(|word| Cause::from_word(&word).ok_or_else(unreadable)).transpose()
}
