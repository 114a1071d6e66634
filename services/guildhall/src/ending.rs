//! How a command ends: with which code, for whoever called it from a script.

use std::process::ExitCode;

use service_kit::settings::SettingsError;

use crate::CommandError;
use crate::plan_file::PlanFileError;

/// It was tried and did not work, or what was asked about is not so.
pub const FAILED: u8 = 1;
/// It was not understood, or the settings cannot be used: trying again will not help.
pub const USAGE: u8 = 2;
/// What was named is not there.
pub const NOT_FOUND: u8 = 3;
/// What was named is not in the state that this needs.
pub const CONFLICT: u8 = 4;

/// An end that says with which code.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Refused {
    code: u8,
    sentence: String,
}

/// It was not understood.
pub fn usage(sentence: impl Into<String>) -> CommandError {
    Refused { code: USAGE, sentence: sentence.into() }.into()
}

/// What was named is not there.
pub fn not_found(sentence: impl Into<String>) -> CommandError {
    Refused { code: NOT_FOUND, sentence: sentence.into() }.into()
}

/// What was named is not in the state that this needs.
pub fn conflict(sentence: impl Into<String>) -> CommandError {
    Refused { code: CONFLICT, sentence: sentence.into() }.into()
}

/// The code that a command ends with which was refused so.
pub fn code_of(error: &CommandError) -> ExitCode {
    ExitCode::from(number_of(error))
}

fn number_of(error: &CommandError) -> u8 {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return refused.code;
    }
    if error.is::<SettingsError>() || error.is::<PlanFileError>() {
        return USAGE;
    }
    if let Some(error) = error.downcast_ref::<identity::OperatorError>() {
        return of_identity(error);
    }
    if let Some(error) = error.downcast_ref::<identity::KeyError>() {
        return of_keys(error);
    }
    if let Some(error) = error.downcast_ref::<organizations::OperatorError>() {
        return of_organizations(error);
    }
    if let Some(error) = error.downcast_ref::<billing_context::OperatorError>() {
        return of_billing(error);
    }
    FAILED
}

const fn of_identity(error: &identity::OperatorError) -> u8 {
    use identity::OperatorError::{
        Broken, Database, LastSystemAdmin, NeverStarted, NoAccount, NoSuchUser, NotInUse, Suspended, UnknownRole,
        Unproven, Unsettled, Waiting,
    };
    match error {
        UnknownRole => USAGE,
        NoAccount | NoSuchUser => NOT_FOUND,
        NotInUse | Suspended | Unproven | LastSystemAdmin | Unsettled | Waiting | NeverStarted => CONFLICT,
        Database(_) | Broken(_) => FAILED,
    }
}

const fn of_keys(error: &identity::KeyError) -> u8 {
    use identity::KeyError::{
        Damaged, Database, NoneYet, NotKnownYet, NotRetiring, StillVerifies, TooMany, Unknown, WrongMasterKey,
    };
    match error {
        Unknown => NOT_FOUND,
        NoneYet | NotKnownYet(_) | StillVerifies(_) | NotRetiring(_) | TooMany => CONFLICT,
        Database(_) | WrongMasterKey | Damaged => FAILED,
    }
}

const fn of_organizations(error: &organizations::OperatorError) -> u8 {
    use organizations::OperatorError::{Broken, Database, NoSuchOrganization, Personal};
    match error {
        NoSuchOrganization => NOT_FOUND,
        Personal => CONFLICT,
        Database(_) | Broken(_) => FAILED,
    }
}

const fn of_billing(error: &billing_context::OperatorError) -> u8 {
    use billing_context::OperatorError::{Broken, Database, Option, TooManyKeys, UnknownKey};
    match error {
        Option { .. } => USAGE,
        UnknownKey => NOT_FOUND,
        TooManyKeys => CONFLICT,
        Database(_) | Broken(_) => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_can_tell_why_a_command_was_refused() {
        for (error, number) in [
            (service_kit::settings::invalid("mail", "is no URL").into(), USAGE),
            (usage("there is no such scope"), USAGE),
            (identity::OperatorError::NoAccount.into(), NOT_FOUND),
            (identity::KeyError::Unknown.into(), NOT_FOUND),
            (billing_context::OperatorError::UnknownKey.into(), NOT_FOUND),
            (organizations::OperatorError::NoSuchOrganization.into(), NOT_FOUND),
            (organizations::OperatorError::Personal.into(), CONFLICT),
            (not_found("there is no such user"), NOT_FOUND),
            (identity::OperatorError::LastSystemAdmin.into(), CONFLICT),
            (conflict("the key is active"), CONFLICT),
            (identity::KeyError::Damaged.into(), FAILED),
            (CommandError::from("the server does not answer"), FAILED),
        ] {
            assert_eq!(number_of(&error), number, "{error}");
        }
    }
}
