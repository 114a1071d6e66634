//! A database that is not there beside others that are in use was lost. Making it anew would hide that behind a product that runs.

use std::time::{Duration, Instant};

use crate::CommandError;
use crate::awaiting_schema::SCHEMAS;
use crate::ending::conflict;
use crate::settings::Settings;

const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Refused where a service has nothing and another keeps something. What cannot be looked at until then is for others to tell.
pub async fn refuse_a_lost_one(settings: &Settings, patience: Instant) -> Result<(), CommandError> {
    let (mut without, mut others) = (Vec::new(), Vec::new());
    for schema in SCHEMAS {
        let database = settings.migrating_database(schema.service());
        let state = loop {
            match schema.state(&database).await {
                Ok(state) => break state,
                Err(_) if Instant::now() >= patience => return Ok(()),
                Err(_) => tokio::time::sleep(ASK_AGAIN_AFTER).await,
            }
        };
        if state.is_untouched() { without.push(schema.service()) } else { others.push((schema, database)) }
    }
    if without.is_empty() {
        return Ok(());
    }
    let mut in_use = Vec::new();
    for (schema, database) in others {
        if schema.keeps_anything(&database).await.unwrap_or_default() {
            in_use.push(schema.service());
        }
    }
    if in_use.is_empty() {
        return Ok(());
    }
    Err(conflict(format!(
        "nothing is there of {}, while {} keeps data: put all of them back as of one moment, as docs/runbooks/restore.md says, or move \
         every one away to begin anew",
        without.join(", "),
        in_use.join(", ")
    )))
}
