//! Reads every ledger from its beginning and compares it with the balance that it must explain.

use service_kit::Database;

use crate::domain::{Fault, LedgerCheck, OrganizationId};
use crate::error::BillingError;
use crate::store::ledger;

/// Entries in memory at once.
const AT_ONCE: u64 = 1_000;

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Organizations with an account or entries.
    pub organizations: u64,
    /// Entries of all of them.
    pub entries: u64,
    /// Everything that was found wrong.
    pub faults: u64,
}

/// Tells every fault as it is found, and how many entries have been `read` so far. Each organization is read as of one instant, so it works while credits are charged.
pub async fn verify_ledgers(
    database: &Database,
    mut tell: impl FnMut(OrganizationId, Fault),
    mut read: impl FnMut(u64),
) -> Result<Verified, BillingError> {
    let mut verified = Verified::default();
    let mut last = None;
    while let Some(organization) = ledger::next_organization(database.reader(), last).await? {
        verified.organizations += 1;
        let faults = &mut verified.faults;
        let mut tell = |fault| {
            *faults += 1;
            tell(organization, fault);
        };
        let snapshot = database.begin_snapshot().await?;
        let mut check = LedgerCheck::of(ledger::find_account(&snapshot, organization).await?);
        let mut from = i64::MIN;
        loop {
            let entries = ledger::list_from(&snapshot, organization, from, AT_ONCE).await?;
            for entry in &entries {
                check.read(entry).into_iter().for_each(&mut tell);
            }
            verified.entries += entries.len() as u64;
            read(verified.entries);
            match entries.last().and_then(|entry| entry.number.checked_add(1)) {
                Some(next) => from = next,
                None => break,
            }
        }
        check.finish().into_iter().for_each(&mut tell);
        snapshot.commit().await?;
        last = Some(organization);
    }
    Ok(verified)
}
