//! Whether an organization's ledger explains its balance.

use crate::domain::{Account, Entry};

/// Something in a ledger that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("there are entries, but no account")]
    NoAccount,
    #[error("entry {expected} should come next, and it is entry {found}")]
    Number { expected: i64, found: i64 },
    #[error("entry {number} leaves {found}, and the one before it and its amount make {expected}")]
    Chain { number: i64, expected: i128, found: i64 },
    #[error("the account counts {counted} entries, and there are {found}")]
    Count { counted: i64, found: i64 },
    #[error("the account has {balance}, and its entries sum up to {sum}")]
    Sum { balance: i64, sum: i128 },
}

/// A ledger as far as it was read, from its first entry on. After a fault it goes on from what it found, so that one fault is
/// told once.
pub struct LedgerCheck {
    account: Option<Account>,
    /// Number of the entry read last.
    number: i64,
    /// What that entry leaves.
    balance: i64,
    read: i64,
    sum: i128,
}

impl LedgerCheck {
    /// Of an account as it stood when its entries were read.
    pub const fn of(account: Option<Account>) -> Self {
        Self { account, number: 0, balance: 0, read: 0, sum: 0 }
    }

    /// Looks at the next entry by number.
    pub fn read(&mut self, entry: &Entry) -> Vec<Fault> {
        let mut faults = Vec::new();
        let expected = self.number.saturating_add(1);
        if entry.number != expected {
            faults.push(Fault::Number { expected, found: entry.number });
        }
        let expected = i128::from(self.balance) + i128::from(entry.amount_delta);
        if i128::from(entry.balance_after) != expected {
            faults.push(Fault::Chain { number: entry.number, expected, found: entry.balance_after });
        }
        self.number = entry.number;
        self.balance = entry.balance_after;
        self.read += 1;
        self.sum += i128::from(entry.amount_delta);
        faults
    }

    /// Compares what was read with the account.
    pub fn finish(self) -> Vec<Fault> {
        let Some(account) = self.account else { return vec![Fault::NoAccount] };
        let mut faults = Vec::new();
        if account.entries != self.read {
            faults.push(Fault::Count { counted: account.entries, found: self.read });
        }
        if i128::from(account.balance) != self.sum {
            faults.push(Fault::Sum { balance: account.balance, sum: self.sum });
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use service_kit::{Id, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::domain::Reason;

    fn entry(number: i64, amount_delta: i64, balance_after: i64) -> Entry {
        Entry {
            id: Id::from(Uuid::nil()),
            organization_id: Id::from(Uuid::nil()),
            number,
            amount_delta,
            reason: Reason::Charge,
            note: None,
            balance_after,
            request_uuid: Uuid::nil(),
            created: Timestamp::from_millis(0),
        }
    }

    fn faults(balance: i64, entries: i64, ledger: &[Entry]) -> Vec<Fault> {
        let account = Account { organization_id: Id::from(Uuid::nil()), balance, overdraft_limit: 0, entries };
        let mut check = LedgerCheck::of(Some(account));
        let mut faults: Vec<_> = ledger.iter().flat_map(|entry| check.read(entry)).collect();
        faults.extend(check.finish());
        faults
    }

    #[test]
    fn a_ledger_that_explains_the_balance_has_no_fault() {
        assert!(faults(0, 0, &[]).is_empty());
        assert!(faults(-3, 3, &[entry(1, 10, 10), entry(2, -4, 6), entry(3, -9, -3)]).is_empty());
    }

    #[test]
    fn every_kind_of_damage_is_found() {
        let good = [entry(1, 10, 10), entry(2, -4, 6), entry(3, -1, 5)];
        let [first, second, third] = good.clone();
        assert_eq!(faults(6, 3, &good), [Fault::Sum { balance: 6, sum: 5 }]);
        assert_eq!(faults(5, 4, &good), [Fault::Count { counted: 4, found: 3 }]);
        let changed = [first.clone(), entry(2, -3, 6), third.clone()];
        let chain = Fault::Chain { number: 2, expected: 7, found: 6 };
        assert_eq!(faults(5, 3, &changed), [chain, Fault::Sum { balance: 5, sum: 6 }]);
        let lost = [first, third];
        let number = Fault::Number { expected: 2, found: 3 };
        let chain = Fault::Chain { number: 3, expected: 9, found: 5 };
        let count = Fault::Count { counted: 3, found: 2 };
        assert_eq!(faults(5, 3, &lost), [number, chain, count, Fault::Sum { balance: 5, sum: 9 }]);
        assert_eq!(LedgerCheck::of(None).finish(), [Fault::NoAccount]);
        let mut check = LedgerCheck::of(None);
        assert!(check.read(&entry(1, -4, -4)).is_empty() && check.read(&second).len() == 1);
    }
}
