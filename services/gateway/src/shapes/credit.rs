//! Credits.

use contracts::billing::v1 as proto;
use serde::Serialize;
use utoipa::ToSchema;

use super::incomplete::{Incomplete, each, shaped};
use super::instant::Instant;

/// What an organization has left.
#[derive(Serialize, ToSchema)]
pub(crate) struct Balance {
    /// In the smallest credit unit; negative while the organization owes some.
    balance: i64,
    /// What the units are called.
    currency: String,
    /// How far below zero charges may take the balance.
    overdraft_limit: i64,
}

impl From<proto::GetBalanceResponse> for Balance {
    fn from(answer: proto::GetBalanceResponse) -> Self {
        let proto::GetBalanceResponse { balance, currency, overdraft_limit } = answer;
        Self { balance, currency, overdraft_limit }
    }
}

impl From<proto::GetAnyBalanceResponse> for Balance {
    fn from(answer: proto::GetAnyBalanceResponse) -> Self {
        let proto::GetAnyBalanceResponse { balance, currency, overdraft_limit } = answer;
        Self { balance, currency, overdraft_limit }
    }
}

/// How far below zero charges may take the balance.
#[derive(Serialize, ToSchema)]
pub(crate) struct Overdraft {
    /// In the smallest credit unit.
    limit: i64,
    /// Balance as it stands.
    balance: i64,
}

impl From<proto::SetOverdraftResponse> for Overdraft {
    fn from(answer: proto::SetOverdraftResponse) -> Self {
        Self { limit: answer.limit, balance: answer.balance }
    }
}

/// One entry of the ledger.
#[derive(Serialize, ToSchema)]
pub(crate) struct Transaction {
    #[schema(format = Uuid)]
    id: String,
    /// Added (positive) or taken (negative), in the smallest credit unit.
    amount_delta: i64,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    balance_after: i64,
    #[schema(format = Uuid)]
    request_uuid: String,
    created_at: Instant,
}

impl TryFrom<proto::Transaction> for Transaction {
    type Error = Incomplete;

    fn try_from(transaction: proto::Transaction) -> Result<Self, Incomplete> {
        Ok(Self {
            id: transaction.id,
            amount_delta: transaction.amount_delta,
            reason: transaction.reason,
            note: transaction.note,
            balance_after: transaction.balance_after,
            request_uuid: transaction.request_uuid,
            created_at: Instant::of(transaction.created_at, "the transaction's created_at")?,
        })
    }
}

/// A charge or deposit that is in the ledger.
#[derive(Serialize, ToSchema)]
pub(crate) struct Posted {
    /// Balance after it.
    new_balance: i64,
    transaction: Transaction,
}

impl Posted {
    pub(crate) fn of(new_balance: i64, transaction: Option<proto::Transaction>) -> Result<Self, Incomplete> {
        Ok(Self { new_balance, transaction: shaped(transaction, "the transaction")? })
    }
}

/// A page of the ledger, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Transactions {
    transactions: Vec<Transaction>,
    /// Empty at the end.
    next_page_token: String,
}

impl TryFrom<proto::ListAnyTransactionsResponse> for Transactions {
    type Error = Incomplete;

    fn try_from(answer: proto::ListAnyTransactionsResponse) -> Result<Self, Incomplete> {
        Ok(Self { transactions: each(answer.transactions)?, next_page_token: answer.next_page_token })
    }
}

impl TryFrom<proto::ListTransactionsResponse> for Transactions {
    type Error = Incomplete;

    fn try_from(answer: proto::ListTransactionsResponse) -> Result<Self, Incomplete> {
        Ok(Self { transactions: each(answer.transactions)?, next_page_token: answer.next_page_token })
    }
}
