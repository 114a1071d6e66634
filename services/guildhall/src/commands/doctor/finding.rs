//! What came of looking.

/// What came of one check.
pub struct Finding {
    pub check: String,
    pub outcome: Outcome,
    /// What was found and, unless that is well, what to do next.
    pub sentence: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    Warn,
    Fail,
}

impl Finding {
    pub fn ok(check: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { check: check.into(), outcome: Outcome::Ok, sentence: sentence.into() }
    }

    pub fn warn(check: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { outcome: Outcome::Warn, ..Self::ok(check, sentence) }
    }

    pub fn fail(check: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { outcome: Outcome::Fail, ..Self::ok(check, sentence) }
    }
}

impl Outcome {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}
