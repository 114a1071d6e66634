//! Why no answer came from another service.

use std::error::Error;
use std::io;

use tonic::{ConnectError, Status};

use crate::refusal::{Refusal, deadline_exceeded};

/// No answer, for this reason.
pub(super) enum Outage {
    /// The time was over.
    TooLate,
    /// What was asked never left, or came to nobody who could have done it.
    NotAsked(tonic::transport::Error),
    /// The name that was to be called cannot be found.
    NotFound(io::Error),
    /// The connection broke; what was asked may have been done.
    Lost(tonic::transport::Error),
    /// The answer began and broke off.
    BrokeOff(Status),
}

impl From<tonic::transport::Error> for Outage {
    /// Whatever the transport itself reports means that no answer came: too late, or not at all.
    fn from(error: tonic::transport::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(one) = cause {
            if one.is::<tonic::TimeoutExpired>() {
                return Self::TooLate;
            }
            if was_not_asked(one) {
                return Self::NotAsked(error);
            }
            cause = one.source();
        }
        Self::Lost(error)
    }
}

/// No connection was made, the request was still in the queue of one that ended, or the other side says that it did not
/// look at it. What only may be so does not count.
fn was_not_asked(error: &(dyn Error + 'static)) -> bool {
    error.is::<ConnectError>()
        || error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
        || error.downcast_ref::<h2::Error>().is_some_and(|error| error.reason() == Some(h2::Reason::REFUSED_STREAM))
}

impl From<Outage> for Status {
    fn from(outage: Outage) -> Self {
        match outage {
            Outage::TooLate => deadline_exceeded().into(),
            Outage::NotFound(error) => Refusal::unavailable(error).into(),
            Outage::NotAsked(error) | Outage::Lost(error) => Refusal::unavailable(error).into(),
            Outage::BrokeOff(status) => status,
        }
    }
}
