//! Services that are started before their databases are migrated wait for that, alive and not ready.

use std::pin::pin;
use std::time::Duration;

use service_kit::database::Schema;
use service_kit::meanwhile::{Meanwhile, Missing, Ports, Wanting};

use crate::CommandError;
use crate::command_line::Served;
use crate::listeners::Listeners;
use crate::settings::Settings;

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Every service with a database, in the order in which they are migrated.
pub const SCHEMAS: [Schema; 4] =
    [identity::SCHEMA, organizations::SCHEMA, invitations::SCHEMA, billing_context::SCHEMA];

/// Gives the ports back once the schema of everything that is to be served here is what this version needs; `None` when the process
/// is to stop before. Refused when a schema is newer than this version: waiting would not help.
pub async fn hold(
    settings: &Settings,
    what: Served,
    listeners: Listeners,
    stop: impl Future<Output = ()>,
) -> Result<Option<Listeners>, CommandError> {
    let schemas: Vec<Schema> = SCHEMAS.into_iter().filter(|schema| what.includes(schema.service())).collect();
    let missing = missing_of(settings, &schemas).await?;
    if missing.is_empty() {
        return Ok(Some(listeners));
    }
    tell(&missing);
    let (told, names) = (Missing::default(), schemas.iter().map(Schema::service).collect::<Vec<_>>());
    told.replace(missing);
    let ports = Ports { http: listeners.http, grpc: listeners.grpc, ops: listeners.ops };
    let meanwhile = Meanwhile::begin(ports, &names, &told)?;
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(None),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let missing = missing_of(settings, &schemas).await?;
        if missing.is_empty() {
            break;
        }
        if missing != told.now() {
            tell(&missing);
        }
        told.replace(missing);
    }
    tracing::info!("the schema is what this version needs");
    let Ports { http, grpc, ops } = meanwhile.hand_over().await;
    Ok(Some(Listeners { http, grpc, ops }))
}

/// What keeps services from being built.
async fn missing_of(settings: &Settings, schemas: &[Schema]) -> Result<Vec<Wanting>, CommandError> {
    let mut missing = Vec::new();
    for schema in schemas {
        let service = schema.service();
        match schema.state(&settings.database(service)).await {
            Ok(state) if state.unknown.is_empty() => {
                missing.extend(state.refusal().map(|problem| Wanting { service, check: "schema", problem }));
            }
            Ok(state) => return Err(format!("{service}: {}", state.refusal().unwrap_or_default()).into()),
            Err(error) => {
                tracing::debug!(service, %error, "the database cannot be asked for its schema");
                let problem = "the database does not answer".to_owned();
                missing.push(Wanting { service, check: "database", problem });
            }
        }
    }
    Ok(missing)
}

fn tell(missing: &[Wanting]) {
    for Wanting { service, check, problem } in missing {
        tracing::warn!(service, check, problem, "waiting");
    }
}

#[cfg(test)]
mod tests {
    use service_kit::Database;

    use super::*;

    /// On Postgres it compares the engines; on SQLite, a file with what is made in memory.
    #[tokio::test]
    async fn both_engines_end_in_equivalent_schemas() {
        let mut found = Vec::new();
        for schema in SCHEMAS {
            let settings = test_kit::fresh_database(schema.service()).await;
            schema.bring_up(&settings).await.unwrap();
            let database = Database::open(&settings, schema.service()).await.unwrap();
            let is = schema.picture(&database).await.unwrap().whatever_the_engine();
            let on_sqlite = schema.picture_on_sqlite().await.unwrap().whatever_the_engine();
            assert!(is.tables.len() > 5, "{is:?}");
            let differences = is.differences(&on_sqlite);
            found.extend(differences.into_iter().map(|difference| format!("{}: {difference}", schema.service())));
        }
        assert_eq!(found, Vec::<String>::new());
    }
}
