//! Messages of `CreditService`, `CreditAdministrationService` and `ServerBillingService`.

use contracts::billing::v1 as proto;
use service_kit::{Fields, Id, Refusal};
use uuid::Uuid;

use crate::domain::{Account, Entry, EntryKind, LARGEST_AMOUNT, OrganizationId, lines};
use crate::use_cases::{Charge, Deposit, SetOverdraft};
use crate::wire::units;

const CURRENCY: &str = "credits";
const LONGEST_NOTE: usize = 500;

/// What charges and deposits name alike.
struct Asked {
    organization_id: OrganizationId,
    amount: i64,
    request_uuid: Uuid,
    note: Option<String>,
}

fn read(organization_id: &str, amount: i64, request_uuid: &str, note: Option<&str>) -> Result<Asked, Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", organization_id.parse());
    let is_countable = (1..=LARGEST_AMOUNT).contains(&amount);
    let amount = fields.check("amount", is_countable.then_some(amount).ok_or("must be 1 to 9007199254740991"));
    let request_uuid = fields.check("request_uuid", request_uuid.parse::<Id<EntryKind>>()).map(Id::uuid);
    let note = fields.check_optional("note", note.map(|note| lines(note, LONGEST_NOTE)));
    let (Some(organization_id), Some(amount), Some(request_uuid), Some(note)) =
        (organization_id, amount, request_uuid, note)
    else {
        return Err(fields.refuse());
    };
    Ok(Asked { organization_id, amount, request_uuid, note })
}

impl TryFrom<proto::ChargeRequest> for Charge {
    type Error = Refusal;

    fn try_from(request: proto::ChargeRequest) -> Result<Self, Refusal> {
        let Asked { organization_id, amount, request_uuid, note } =
            read(&request.organization_id, request.amount, &request.request_uuid, request.note.as_deref())?;
        Ok(Self { organization_id, amount, request_uuid, note })
    }
}

impl TryFrom<proto::DepositRequest> for Deposit {
    type Error = Refusal;

    fn try_from(request: proto::DepositRequest) -> Result<Self, Refusal> {
        let Asked { organization_id, amount, request_uuid, note } =
            read(&request.organization_id, request.amount, &request.request_uuid, request.note.as_deref())?;
        Ok(Self { organization_id, amount, request_uuid, note })
    }
}

impl TryFrom<proto::SetOverdraftRequest> for SetOverdraft {
    type Error = Refusal;

    fn try_from(request: proto::SetOverdraftRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", request.organization_id.parse());
        let limit = fields.check("limit", units(request.limit));
        let (Some(organization_id), Some(limit)) = (organization_id, limit) else { return Err(fields.refuse()) };
        Ok(Self { organization_id, limit })
    }
}

/// The answer of `GetBalance`.
pub fn balance(account: Option<Account>) -> proto::GetBalanceResponse {
    proto::GetBalanceResponse {
        balance: account.map_or(0, |account| account.balance),
        currency: CURRENCY.to_owned(),
        overdraft_limit: account.map_or(0, |account| account.overdraft_limit),
    }
}

/// The answer of `GetAnyBalance`.
pub fn any_balance(account: Option<Account>) -> proto::GetAnyBalanceResponse {
    let proto::GetBalanceResponse { balance, currency, overdraft_limit } = balance(account);
    proto::GetAnyBalanceResponse { balance, currency, overdraft_limit }
}

impl From<Account> for proto::SetOverdraftResponse {
    fn from(account: Account) -> Self {
        Self { limit: account.overdraft_limit, balance: account.balance }
    }
}

impl From<Entry> for proto::Transaction {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            amount_delta: entry.amount_delta,
            reason: entry.reason.word().to_owned(),
            note: entry.note,
            balance_after: entry.balance_after,
            request_uuid: entry.request_uuid.to_string(),
            created_at: Some(entry.created.into()),
        }
    }
}

impl From<Entry> for proto::ChargeResponse {
    fn from(entry: Entry) -> Self {
        Self { new_balance: entry.balance_after, transaction: Some(entry.into()) }
    }
}

impl From<Entry> for proto::DepositResponse {
    fn from(entry: Entry) -> Self {
        Self { new_balance: entry.balance_after, transaction: Some(entry.into()) }
    }
}
