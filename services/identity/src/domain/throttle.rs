//! How often somebody may try: what is counted, and how long to wait when it was too often.

use std::net::IpAddr;
use std::time::Duration;

use service_kit::network::network_of;
use service_kit::rates;
use uuid::Uuid;

use crate::domain::user::{Credential, UserId};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Failures that cost no waiting: fingers slip.
const FREE_FAILURES: i32 = 5;
/// The same over all devices of a user. More than one device may fail, and whoever has stolen one makes the others wait
/// only after hours; whoever has stolen many gets hardly more tries than with one.
const FREE_FAILURES_OF_DEVICES: i32 = 25;
/// After this many failures in a row nothing but a new password or a known device helps: at most 100 may
/// ever be tried (NIST SP 800-63B-4, 3.2.2).
pub const MOST_FAILURES: i32 = 99;
const LONGEST_WAIT: Duration = HOUR;
/// What is said to whoever has failed too often to go on.
const WAIT_FOR_EVER: Duration = Duration::from_secs(24 * HOUR.as_secs());
/// A count that nobody adds to is forgotten after this time.
pub const REMEMBERED_FOR: Duration = Duration::from_secs(30 * 24 * HOUR.as_secs());

/// How long to wait after this many failures in a row: a second after the first that is not free, then twice as long
/// each time, up to an hour.
pub fn wait_after(failures: i32, free: i32) -> Duration {
    match u32::try_from(failures - free - 1) {
        Err(_) => Duration::ZERO,
        Ok(_) if failures >= MOST_FAILURES => WAIT_FOR_EVER,
        Ok(doublings) => 2_u32.checked_pow(doublings).map_or(LONGEST_WAIT, |times| (SECOND * times).min(LONGEST_WAIT)),
    }
}

/// What is counted, whoever it is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// See [`Failures::Account`].
    FailuresOfAccount,
    /// See [`Failures::Device`].
    FailuresOfDevice,
    /// See [`Failures::Devices`].
    FailuresOfDevices,
    /// See [`Failures::Session`].
    FailuresOfSession,
    /// See [`Rate::SignInsFrom`].
    SignInsFromNetwork,
    /// See [`Rate::SignInsTo`].
    SignInsToAccount,
    /// See [`Rate::SignUpsFrom`].
    SignUpsFromNetwork,
    /// See [`Rate::AsksFrom`].
    AsksFromNetwork,
    /// See [`Rate::MailsTo`].
    MailsToAddress,
    /// See [`Rate::MailsBy`].
    MailsByUser,
}

impl Bucket {
    /// In their order.
    pub const ALL: [Self; 10] = [
        Self::FailuresOfAccount,
        Self::FailuresOfDevice,
        Self::FailuresOfDevices,
        Self::FailuresOfSession,
        Self::SignInsFromNetwork,
        Self::SignInsToAccount,
        Self::SignUpsFromNetwork,
        Self::AsksFromNetwork,
        Self::MailsToAddress,
        Self::MailsByUser,
    ];

    /// What operators read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FailuresOfAccount => "failures_of_account",
            Self::FailuresOfDevice => "failures_of_device",
            Self::FailuresOfDevices => "failures_of_devices",
            Self::FailuresOfSession => "failures_of_session",
            Self::SignInsFromNetwork => "sign_ins_from_network",
            Self::SignInsToAccount => "sign_ins_to_account",
            Self::SignUpsFromNetwork => "sign_ups_from_network",
            Self::AsksFromNetwork => "asks_from_network",
            Self::MailsToAddress => "mails_to_address",
            Self::MailsByUser => "mails_by_user",
        }
    }
}

/// Tries that must not fail too often in a row: passwords.
#[derive(Clone, Debug)]
pub enum Failures<'a> {
    /// Signing in to the account of an address, whether there is one or not.
    Account(&'a str),
    /// Signing in from a device that has signed in to the account before, while this password was in force. Whoever
    /// fails elsewhere does not lock its owner out.
    Device(Credential, Uuid),
    /// Signing in from any such device: many of them are not many times the tries.
    Devices(Credential),
    /// Showing the password in a session that is open, be it to sign in once more.
    Session(UserId),
}

impl Failures<'_> {
    /// The counts that a try adds to, each of which may make it wait.
    pub fn counts(&self) -> Vec<Self> {
        match self {
            Self::Device(credential, _) => vec![Self::Devices(*credential), self.clone()],
            Self::Account(_) | Self::Devices(_) | Self::Session(_) => vec![self.clone()],
        }
    }

    /// What is counted.
    pub const fn bucket(&self) -> Bucket {
        match self {
            Self::Account(_) => Bucket::FailuresOfAccount,
            Self::Device(..) => Bucket::FailuresOfDevice,
            Self::Devices(_) => Bucket::FailuresOfDevices,
            Self::Session(_) => Bucket::FailuresOfSession,
        }
    }

    /// How many cost no waiting.
    pub const fn free(&self) -> i32 {
        match self {
            Self::Devices(_) => FREE_FAILURES_OF_DEVICES,
            Self::Account(_) | Self::Device(..) | Self::Session(_) => FREE_FAILURES,
        }
    }

    /// Tells this count from all others.
    pub fn name(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Account(email) => vec![b"account".to_vec(), email.as_bytes().to_vec()],
            Self::Device(Credential { user_id, .. }, device) => {
                vec![b"device".to_vec(), user_id.uuid().as_bytes().to_vec(), device.as_bytes().to_vec()]
            }
            Self::Devices(Credential { user_id, generation }) => {
                vec![b"devices".to_vec(), user_id.uuid().as_bytes().to_vec(), generation.to_be_bytes().to_vec()]
            }
            Self::Session(user_id) => vec![b"session".to_vec(), user_id.uuid().as_bytes().to_vec()],
        }
    }
}

/// Things that one subject may do this often.
#[derive(Clone, Debug)]
pub enum Rate<'a> {
    /// Failed sign-ins from one network.
    SignInsFrom(Option<IpAddr>),
    /// Sign-ins to the account of one address, those that succeed as well: each costs a hash.
    SignInsTo(&'a str),
    /// Sign-ups from one network.
    SignUpsFrom(Option<IpAddr>),
    /// Asks for mails from one network.
    AsksFrom(Option<IpAddr>),
    /// Mails to one address that somebody asked for without being signed in.
    MailsTo(&'a str),
    /// Mails to other addresses that one user asked for.
    MailsBy(UserId),
}

impl Rate<'_> {
    /// What is counted.
    pub const fn bucket(&self) -> Bucket {
        match self {
            Self::SignInsFrom(_) => Bucket::SignInsFromNetwork,
            Self::SignInsTo(_) => Bucket::SignInsToAccount,
            Self::SignUpsFrom(_) => Bucket::SignUpsFromNetwork,
            Self::AsksFrom(_) => Bucket::AsksFromNetwork,
            Self::MailsTo(_) => Bucket::MailsToAddress,
            Self::MailsBy(_) => Bucket::MailsByUser,
        }
    }

    /// How many at once, after a quiet time, and how many an hour.
    pub fn bound(&self) -> rates::Rate {
        let (burst, per_hour) = match self {
            Self::SignInsFrom(_) => (60, 300),
            Self::SignInsTo(_) | Self::SignUpsFrom(_) | Self::AsksFrom(_) => (30, 120),
            Self::MailsTo(_) | Self::MailsBy(_) => (5, 10),
        };
        rates::Rate::new(burst, HOUR / per_hour)
    }

    /// Tells this count from all others.
    pub fn name(&self) -> Vec<Vec<u8>> {
        let (kind, subject) = match self {
            Self::SignInsFrom(ip) => ("sign-ins", network_of(*ip)),
            Self::SignInsTo(email) => ("sign-ins to", email.as_bytes().to_vec()),
            Self::SignUpsFrom(ip) => ("sign-ups", network_of(*ip)),
            Self::AsksFrom(ip) => ("asks", network_of(*ip)),
            Self::MailsTo(email) => ("mails to", email.as_bytes().to_vec()),
            Self::MailsBy(user_id) => ("mails by", user_id.uuid().as_bytes().to_vec()),
        };
        vec![kind.as_bytes().to_vec(), subject]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_nothing_to_an_hour_and_then_end_the_tries() {
        let seconds: Vec<u64> = (1..=18).map(|failures| wait_after(failures, FREE_FAILURES).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600]);
        for free in [FREE_FAILURES, FREE_FAILURES_OF_DEVICES] {
            assert_eq!(wait_after(free, free), Duration::ZERO);
            assert_eq!(wait_after(98, free), HOUR);
            assert!(wait_after(99, free) > HOUR);
            assert!(wait_after(i32::MAX, free) > HOUR);
        }
    }

    #[test]
    fn ninety_nine_failures_take_days() {
        let total: Duration = (1..MOST_FAILURES).map(|failures| wait_after(failures, FREE_FAILURES)).sum();
        assert!(total > 72 * HOUR, "{total:?}");
    }

    #[test]
    fn one_stolen_device_makes_the_others_wait_only_after_hours() {
        let alone: Duration = (1..=FREE_FAILURES_OF_DEVICES).map(|failures| wait_after(failures, FREE_FAILURES)).sum();
        assert!(alone > 8 * HOUR, "{alone:?}");
    }
}
