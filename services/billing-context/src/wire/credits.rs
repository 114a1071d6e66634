//! Messages of `CreditService`.

use contracts::billing::v1 as proto;
use service_kit::{Fields, Id, Refusal};

use crate::domain::{Entry, EntryKind, LARGEST_AMOUNT, lines};
use crate::use_cases::Deposit;

const CURRENCY: &str = "credits";
const LONGEST_NOTE: usize = 500;

impl TryFrom<proto::DepositRequest> for Deposit {
    type Error = Refusal;

    fn try_from(request: proto::DepositRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", request.organization_id.parse());
        let is_countable = (1..=LARGEST_AMOUNT).contains(&request.amount);
        let amount =
            fields.check("amount", is_countable.then_some(request.amount).ok_or("must be 1 to 9007199254740991"));
        let request_uuid = fields.check("request_uuid", request.request_uuid.parse::<Id<EntryKind>>()).map(Id::uuid);
        let note = fields.check_optional("note", request.note.map(|note| lines(&note, LONGEST_NOTE)));
        let (Some(organization_id), Some(amount), Some(request_uuid), Some(note)) =
            (organization_id, amount, request_uuid, note)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, amount, request_uuid, note })
    }
}

/// The answer of `GetBalance`.
pub fn balance(units: i64) -> proto::GetBalanceResponse {
    proto::GetBalanceResponse { balance: units, currency: CURRENCY.to_owned() }
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

impl From<Entry> for proto::DepositResponse {
    fn from(entry: Entry) -> Self {
        Self { new_balance: entry.balance_after, transaction: Some(entry.into()) }
    }
}
