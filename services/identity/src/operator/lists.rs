//! `user list`, `user export`

use super::{AccountRecord, Operator, PersonalData, PersonalSession, WhichAccounts, accounts};
use crate::domain::client::Client;
use crate::domain::session::Session;
use crate::domain::user::{Names, UserStatus};
use crate::domain::user_filter::UserFilter;
use crate::error::OperatorError;
use crate::store::{pending_emails, sessions, user_lists};

/// More sessions than are kept of a user.
const MOST_SESSIONS: u64 = 1000;

pub async fn list(
    operator: &Operator,
    which: &WhichAccounts,
    before: Option<&AccountRecord>,
    limit: u64,
) -> Result<Vec<AccountRecord>, OperatorError> {
    let statuses = match which.is_suspended {
        None => vec![UserStatus::Active, UserStatus::Suspending, UserStatus::Suspended, UserStatus::Departing],
        Some(true) => vec![UserStatus::Suspending, UserStatus::Suspended],
        Some(false) => vec![UserStatus::Active],
    };
    let filter = UserFilter { search: which.search.clone(), statuses };
    let after = before.and_then(|account| account.id.parse().ok());
    let users = user_lists::list(operator.database.reader(), &filter, after, limit).await?;
    Ok(users.into_iter().map(Into::into).collect())
}

pub async fn export(operator: &Operator, text: &str) -> Result<PersonalData, OperatorError> {
    let user = accounts::find(operator, text).await?;
    let reader = operator.database.reader();
    let pending_email = pending_emails::find(reader, user.id).await?.map(|pending| pending.email);
    let sessions = sessions::list_newest(reader, user.id, MOST_SESSIONS).await?;
    let Names { first, last, display } = user.names.clone();
    Ok(PersonalData {
        first_name: first,
        last_name: last,
        display_name: display,
        pending_email,
        sessions: sessions.into_iter().map(Into::into).collect(),
        account: user.into(),
    })
}

impl From<Session> for PersonalSession {
    fn from(session: Session) -> Self {
        let Client { ip_address, user_agent } = session.client;
        Self {
            id: session.id.to_string(),
            app_code: session.app_code,
            ip_address,
            user_agent,
            created: session.created,
            last_activity: session.last_activity,
            ended: session.ended,
        }
    }
}
