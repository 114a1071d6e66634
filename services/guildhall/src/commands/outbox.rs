//! `guildhall outbox …`

use std::path::Path;

use serde_json::{Value, json};
use service_kit::audit::{self, Actor, Entry, Reason};
use service_kit::outbox::{self, Kept, WhichKept};
use service_kit::{CallOrigin, Clock, Entropy, Timestamp};

use super::audit::open;
use crate::CommandError;
use crate::command_line::{GiveUp, OutboxCommand, Output, Retry, WithOutbox};
use crate::commands::settings_of_data;
use crate::ending::{not_found, usage};
use crate::os_user;
use crate::reason;
use crate::say::{is_heard, say};
use crate::settings::Settings;

/// Messages that are read at once.
const PAGE: u64 = 500;

pub async fn run(settings_file: Option<&Path>, command: OutboxCommand, output: Output) -> Result<(), CommandError> {
    let settings = settings_of_data(settings_file)?;
    match command {
        OutboxCommand::List { service, set_aside } => {
            let which = WhichKept { set_aside, ..WhichKept::default() };
            if output == Output::Text {
                say!(
                    "{:15}  {:>8}  {:23}  {:24}  {:>5}  {:24}  key",
                    "service",
                    "id",
                    "topic",
                    "written",
                    "tries",
                    "next try"
                );
            }
            let services = service.map_or_else(|| WithOutbox::ALL.to_vec(), |service| vec![service]);
            for service in services {
                list(&settings, service.name(), &which, output).await?;
            }
            Ok(())
        }
        OutboxCommand::Retry(which) => retry(&settings, which, output).await,
        OutboxCommand::Drop(which) => give_up(&settings, which, output).await,
    }
}

async fn list(
    settings: &Settings,
    service: &'static str,
    which: &WhichKept,
    output: Output,
) -> Result<(), CommandError> {
    let database = open(settings, service).await?;
    let mut last = None;
    loop {
        let page = outbox::list(&database, which, last, PAGE).await?;
        page.iter().for_each(|message| match output {
            Output::Json => say!("{}", as_value(service, message)),
            Output::Text => say!("{}", as_text(service, message)),
        });
        match page.last() {
            Some(message) if is_heard() => last = Some(message.id),
            _ => break,
        }
    }
    Ok(database.close().await?)
}

async fn retry(settings: &Settings, which: Retry, output: Output) -> Result<(), CommandError> {
    let Retry { service, topic, id, reason } = which;
    let reason = reason::read(reason.as_deref())?;
    let (service, now) = (service.name(), Clock::system().now());
    let which = WhichKept { topic, id, set_aside: true };
    let database = open(settings, service).await?;
    let transaction = database.begin_write().await?;
    let begun = outbox::retry(&transaction, &which, now).await?;
    if begun > 0 {
        let details = json!({ "topic": which.topic, "id": which.id, "messages": begun });
        audit::append(&transaction, entry("outbox.retried", service, details, reason, now)).await?;
    }
    transaction.commit().await?;
    database.close().await?;
    match (which.id, output) {
        (Some(id), _) if begun == 0 => return Err(not_set_aside(service, id)),
        (_, Output::Json) => say!("{}", json!({ "service": service, "retried": begun })),
        (_, Output::Text) => say!("{service} tries {begun} again that were set aside"),
    }
    Ok(())
}

async fn give_up(settings: &Settings, which: GiveUp, output: Output) -> Result<(), CommandError> {
    let GiveUp { service, id, reason, is_meant } = which;
    let reason = reason::read(reason.as_deref())?;
    let (service, now) = (service.name(), Clock::system().now());
    let database = open(settings, service).await?;
    let which = WhichKept { id: Some(id), set_aside: true, ..WhichKept::default() };
    let Some(message) = outbox::list(&database, &which, None, 1).await?.pop() else {
        return Err(not_set_aside(service, id));
    };
    if !is_meant {
        let Kept { topic, key, .. } = message;
        let advice = "for good; repeat it with --yes-i-know-what-im-doing";
        return Err(usage(format!("this would give up message {id} of {service} ({topic} {key}) {advice}")));
    }
    let transaction = database.begin_write().await?;
    if !outbox::remove(&transaction, id).await? {
        return Err(not_set_aside(service, id));
    }
    let details = json!({ "id": id, "topic": message.topic, "key": message.key, "tries": message.attempts });
    audit::append(&transaction, entry("outbox.dropped", service, details, reason, now)).await?;
    transaction.commit().await?;
    database.close().await?;
    match output {
        Output::Json => say!("{}", json!({ "service": service, "dropped": id })),
        Output::Text => say!("{service} has given up {id} ({} {})", message.topic, message.key),
    }
    Ok(())
}

fn not_set_aside(service: &str, id: i64) -> CommandError {
    not_found(format!("{service} has set no message {id} aside; see `guildhall outbox list --set-aside`"))
}

/// What the service's audit log says of it.
fn entry(action: &str, service: &str, details: Value, reason: Option<Reason>, now: Timestamp) -> Entry {
    let CallOrigin { ip_address, user_agent, request_id } = os_user::origin();
    Entry {
        id: Entropy::system().uuid(now),
        at: now,
        actor: Actor::Operator,
        actor_session: None,
        action: action.to_owned(),
        target_kind: "outbox".to_owned(),
        target_id: service.to_owned(),
        tenant_id: None,
        reason,
        details,
        ip_address,
        user_agent,
        request_id,
    }
}

fn as_text(service: &str, message: &Kept) -> String {
    let Kept { id, topic, key, attempts, created, due, set_aside } = message;
    let next = if set_aside.is_some() { "set aside".to_owned() } else { due.to_rfc3339() };
    format!("{service:15}  {id:>8}  {topic:23}  {:24}  {attempts:>5}  {next:24}  {key}", created.to_rfc3339())
}

fn as_value(service: &str, message: &Kept) -> Value {
    json!({
        "service": service,
        "id": message.id,
        "topic": message.topic,
        "key": message.key,
        "tries": message.attempts,
        "created_at": message.created.to_rfc3339(),
        "due_at": message.set_aside.is_none().then(|| message.due.to_rfc3339()),
        "set_aside_at": message.set_aside.map(Timestamp::to_rfc3339),
    })
}
