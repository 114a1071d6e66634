//! Failures on demand.

/// What goes wrong with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Answered with 500; nothing was done.
    Error,
    /// Done, but answered with 500. The answer is kept for the idempotency key, as Stripe keeps it.
    ErrorAfterEffect,
    /// Answered with 500; nothing was done. The answer is kept for the idempotency key, as Stripe keeps it.
    ErrorKept,
    /// Never answered; nothing was done.
    Silence,
    /// Done, but never answered.
    SilenceAfterEffect,
    /// Done, but the connection breaks before the answer is through.
    DropAfterEffect,
    /// Answered with 400, as what Stripe will never do; nothing was done.
    Refusal,
    /// Answered with 429; nothing was done.
    TooMany,
    /// Answered with 409, as if a call with the same idempotency key were under way; nothing was done.
    KeyInUse,
}

/// A fault that waits for its call.
#[derive(Debug)]
pub struct Planned {
    pub method: String,
    pub path_prefix: String,
    pub fault: Fault,
}

/// Takes out the fault that was planned first for such a call.
pub fn take(planned: &mut Vec<Planned>, method: &str, path: &str) -> Option<Fault> {
    let is_meant = |planned: &Planned| planned.method == method && path.starts_with(&planned.path_prefix);
    let at = planned.iter().position(is_meant)?;
    Some(planned.remove(at).fault)
}
