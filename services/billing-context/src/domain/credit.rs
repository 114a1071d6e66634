//! Credits: whole units, counted exactly.

use service_kit::Timestamp;
use uuid::Uuid;

use crate::domain::{EntryId, OrganizationId};

/// The largest integer that every JSON reader keeps exactly: the bound of amounts and balances.
pub const LARGEST_AMOUNT: i64 = (1 << 53) - 1;

/// Why an entry was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Charge,
    Deposit,
    PlanGrant,
}

impl Reason {
    pub const ALL: [Self; 3] = [Self::Charge, Self::Deposit, Self::PlanGrant];

    /// The word that answers and columns use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Deposit => "deposit",
            Self::PlanGrant => "plan_grant",
        }
    }
}

/// Credits to enter into an organization's ledger, once per request id.
#[derive(Clone, Debug)]
pub struct Posting {
    pub organization_id: OrganizationId,
    pub amount_delta: i64,
    pub reason: Reason,
    pub note: Option<String>,
    pub request_uuid: Uuid,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub organization_id: OrganizationId,
    /// Counts the organization's entries from 1.
    pub number: i64,
    pub amount_delta: i64,
    pub reason: Reason,
    pub note: Option<String>,
    pub balance_after: i64,
    pub request_uuid: Uuid,
    pub created: Timestamp,
}

/// What an organization has, as of its latest entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub organization_id: OrganizationId,
    /// Negative while the organization owes some.
    pub balance: i64,
    /// How far below zero charges may take the balance; 0 or more.
    pub overdraft_limit: i64,
    /// Number of the latest entry; 0 before the first.
    pub entries: i64,
}

/// Why a posting becomes no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotEnter {
    #[error(transparent)]
    TooLarge(#[from] BalanceTooLarge),
    #[error("the organization has {balance}, its overdraft aside")]
    NotEnough { balance: i64 },
}

/// The balance would grow beyond the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("would take the balance beyond 9007199254740991")]
pub struct BalanceTooLarge;

impl Account {
    /// The entry that this posting becomes. What takes credits must find them, or room in the overdraft; what adds them
    /// never has to, so that an organization below its limit can come out of it.
    pub fn enter(self, posting: Posting, id: EntryId, now: Timestamp) -> Result<Entry, CannotEnter> {
        let balance_after = self.balance.checked_add(posting.amount_delta).ok_or(BalanceTooLarge)?;
        if balance_after > LARGEST_AMOUNT {
            return Err(BalanceTooLarge.into());
        }
        if posting.amount_delta < 0 && balance_after < -self.overdraft_limit {
            return Err(CannotEnter::NotEnough { balance: self.balance });
        }
        Ok(Entry {
            id,
            organization_id: self.organization_id,
            number: self.entries + 1,
            amount_delta: posting.amount_delta,
            reason: posting.reason,
            note: posting.note,
            balance_after,
            request_uuid: posting.request_uuid,
            created: now,
        })
    }
}

impl Entry {
    /// Whether this entry is what the posting asked for.
    pub fn answers(&self, posting: &Posting) -> bool {
        self.organization_id == posting.organization_id
            && self.amount_delta == posting.amount_delta
            && self.reason == posting.reason
            && self.note == posting.note
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Id;

    use super::*;

    fn deposit(amount_delta: i64) -> Posting {
        Posting {
            organization_id: Id::from(Uuid::nil()),
            amount_delta,
            reason: Reason::Deposit,
            note: None,
            request_uuid: Uuid::nil(),
        }
    }

    fn account(balance: i64) -> Account {
        Account { organization_id: Id::from(Uuid::nil()), balance, overdraft_limit: 0, entries: 4 }
    }

    #[test]
    fn an_entry_adds_to_the_balance_and_takes_the_next_number() {
        let entry = account(5).enter(deposit(7), Id::from(Uuid::nil()), Timestamp::from_millis(0)).unwrap();
        assert_eq!((entry.balance_after, entry.number), (12, 5));
    }

    #[test]
    fn a_balance_never_grows_beyond_what_json_keeps_exactly() {
        let enter = |balance, amount| {
            account(balance).enter(deposit(amount), Id::from(Uuid::nil()), Timestamp::from_millis(0)).map(|_| ())
        };
        assert_eq!(enter(LARGEST_AMOUNT - 1, 1), Ok(()));
        assert_eq!(enter(LARGEST_AMOUNT, 1), Err(CannotEnter::TooLarge(BalanceTooLarge)));
        assert_eq!(enter(LARGEST_AMOUNT, i64::MAX), Err(CannotEnter::TooLarge(BalanceTooLarge)));
    }

    #[test]
    fn what_is_taken_is_there_or_within_the_overdraft() {
        let enter = |balance, overdraft_limit, amount_delta| {
            let account = Account { overdraft_limit, ..account(balance) };
            let entry = account.enter(deposit(amount_delta), Id::from(Uuid::nil()), Timestamp::from_millis(0));
            entry.map(|entry| entry.balance_after)
        };
        let not_enough = |balance| Err(CannotEnter::NotEnough { balance });
        assert_eq!(enter(5, 0, -5), Ok(0));
        assert_eq!(enter(5, 0, -6), not_enough(5));
        assert_eq!(enter(5, 3, -8), Ok(-3));
        assert_eq!(enter(5, 3, -9), not_enough(5));
        assert_eq!(enter(-5, 3, -1), not_enough(-5), "the limit has been lowered since");
        assert_eq!(enter(-5, 3, 1), Ok(-4), "and still the organization can pay back");
        assert_eq!(enter(0, LARGEST_AMOUNT, -LARGEST_AMOUNT), Ok(-LARGEST_AMOUNT));
        assert_eq!(enter(-1, LARGEST_AMOUNT, -LARGEST_AMOUNT), not_enough(-1));
    }
}
