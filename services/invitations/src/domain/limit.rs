//! How often people may invite, be invited and try tokens.

use std::net::IpAddr;
use std::time::Duration;

use mail::Address;
use service_kit::network::network_of;
use service_kit::rates::Rate;

use crate::domain::{OrganizationId, UserId};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * HOUR.as_secs());

/// What there may be only so many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Invitations of one organization, those that are sent again as well.
    Organization,
    /// The same of one person, in whatever organization.
    Inviter,
    /// The same from one organization to one address.
    Recipient,
    /// The same to one mailbox, whichever organizations they are from: so many that no one organization keeps others from
    /// inviting somebody.
    Mailbox,
    /// Links that one organization makes or turns on again.
    Links,
    /// Tries with tokens from one network.
    Network,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Organization, Self::Inviter, Self::Recipient, Self::Mailbox, Self::Links, Self::Network];

    /// Each with the name of its span. Nobody gets past any of them.
    pub fn rates(self) -> Vec<(&'static str, Rate)> {
        let hour_and_day = |hourly, daily| vec![("hour", at_most(hourly, HOUR)), ("day", at_most(daily, DAY))];
        match self {
            Self::Organization => hour_and_day(300, 1_000),
            Self::Inviter => hour_and_day(100, 300),
            Self::Recipient => hour_and_day(10, 20),
            Self::Mailbox => hour_and_day(60, 200),
            Self::Links => vec![("hour", at_most(60, HOUR))],
            Self::Network => vec![("hour", Rate::new(60, HOUR / 300))],
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Inviter => "inviter",
            Self::Recipient => "recipient",
            Self::Mailbox => "mailbox",
            Self::Links => "links",
            Self::Network => "network",
        }
    }
}

/// No more than `most` in any span of this length: three fifths of them at once, and the rest one after the other.
fn at_most(most: u32, span: Duration) -> Rate {
    let at_once = most * 3 / 5;
    Rate::new(at_once, span / (most - at_once))
}

/// Whom something is counted for.
#[derive(Clone, Debug)]
pub struct Counted {
    pub limit: Limit,
    subject: Vec<u8>,
}

impl Counted {
    /// What one more invitation counts for, whoever it is to.
    pub fn inviting(organization: OrganizationId, inviter: UserId) -> [Self; 2] {
        [
            Self { limit: Limit::Organization, subject: organization.uuid().as_bytes().to_vec() },
            Self { limit: Limit::Inviter, subject: inviter.uuid().as_bytes().to_vec() },
        ]
    }

    /// What one more invitation counts for, in the order in which everybody takes these counts.
    pub fn sending(organization: OrganizationId, inviter: UserId, recipient: &Address) -> [Self; 4] {
        let [of_organization, of_inviter] = Self::inviting(organization, inviter);
        let recipient_there = [organization.uuid().as_bytes().as_slice(), recipient.canonical().as_bytes()].concat();
        [
            of_organization,
            of_inviter,
            Self { limit: Limit::Recipient, subject: recipient_there },
            Self { limit: Limit::Mailbox, subject: mailbox(recipient) },
        ]
    }

    pub fn link_of(organization: OrganizationId) -> Self {
        Self { limit: Limit::Links, subject: organization.uuid().as_bytes().to_vec() }
    }

    pub fn try_from_network(address: Option<IpAddr>) -> Self {
        Self { limit: Limit::Network, subject: network_of(address) }
    }

    /// Tells this count within this span from all others.
    pub fn name(&self, span: &'static str) -> [&[u8]; 3] {
        [self.limit.word().as_bytes(), span.as_bytes(), &self.subject]
    }
}

/// Most mail servers put what is sent to `a+b@example.com` into the mailbox `a@example.com`.
fn mailbox(address: &Address) -> Vec<u8> {
    let local_part = address.local_part().split('+').next().unwrap_or_default();
    format!("{local_part}@{}", address.domain()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most that there can be within a span.
    fn most(rate: Rate, span: Duration) -> u128 {
        u128::from(rate.burst()) + span.as_millis() / rate.interval().as_millis()
    }

    #[test]
    fn no_hour_and_no_day_holds_more_than_its_limit() {
        let limits = [
            (Limit::Organization, vec![300, 1_000]),
            (Limit::Inviter, vec![100, 300]),
            (Limit::Recipient, vec![10, 20]),
            (Limit::Mailbox, vec![60, 200]),
            (Limit::Links, vec![60]),
        ];
        for (limit, expected) in limits {
            let rates = limit.rates();
            let found = rates.iter().map(|(span, rate)| most(*rate, if *span == "day" { DAY } else { HOUR }));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{limit:?}");
        }
    }

    #[test]
    fn what_follows_a_plus_sign_is_the_same_mailbox() {
        let of = |text: &str| mailbox(&Address::parse(text).unwrap());
        assert_eq!(of("ann+news@example.com"), of("Ann@example.com"));
        assert_ne!(of("ann@example.com"), of("ann@example.org"));
    }

    #[test]
    fn a_full_request_of_fifty_addresses_fits_in_at_once() {
        for limit in [Limit::Organization, Limit::Inviter] {
            assert!(limit.rates().iter().all(|(_, rate)| rate.burst() >= 50), "{limit:?}");
        }
    }
}
