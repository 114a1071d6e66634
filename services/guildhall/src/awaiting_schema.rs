//! Services that are started before their databases are migrated wait for that, alive and not ready.

use std::pin::pin;
use std::time::Duration;

use service_kit::Tls;
use service_kit::database::{Schema, in_words};
use service_kit::meanwhile::{Meanwhile, Missing, Ports, Wanting};
use tokio::task::JoinSet;

use crate::CommandError;
use crate::command_line::Served;
use crate::compose::RELEASE;
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
    tls: &Tls,
    what: Served,
    listeners: Listeners,
    stop: impl Future<Output = ()>,
) -> Result<Option<Listeners>, CommandError> {
    let schemas: Vec<Schema> = SCHEMAS.into_iter().filter(|schema| what.includes(schema.service())).collect();
    let first = missing_of(settings, &schemas).await?;
    if first.is_empty() {
        return Ok(Some(listeners));
    }
    let (told, names) = (Missing::default(), schemas.iter().map(Schema::service).collect::<Vec<_>>());
    tell_changes(&told, first);
    let ports = Ports { http: listeners.http, grpc: listeners.grpc, ops: listeners.ops };
    let meanwhile = Meanwhile::begin(ports, tls, RELEASE, &names, &told)?;
    let mut stop = pin!(stop);
    loop {
        let looking = async {
            tokio::time::sleep(LOOK_EVERY).await;
            missing_of(settings, &schemas).await
        };
        let missing = tokio::select! {
            () = &mut stop => return Ok(None),
            missing = looking => missing?,
        };
        if missing.is_empty() {
            break;
        }
        tell_changes(&told, missing);
    }
    tracing::info!("the schema is what this version needs");
    let Ports { http, grpc, ops } = meanwhile.hand_over().await;
    Ok(Some(Listeners { http, grpc, ops }))
}

/// Something that is missing, and for the log, why nobody knows more of it.
type Found = (Wanting, Option<String>);

/// What keeps services from being built. All databases are asked at once: one that is away takes its time.
async fn missing_of(settings: &Settings, schemas: &[Schema]) -> Result<Vec<Found>, CommandError> {
    let mut asking = JoinSet::new();
    for (place, schema) in schemas.iter().copied().enumerate() {
        let database = settings.database(schema.service());
        asking.spawn(async move { (place, schema.service(), schema.state(&database).await) });
    }
    let mut answers = asking.join_all().await;
    answers.sort_by_key(|(place, _, _)| *place);
    let mut missing = Vec::new();
    for (_, service, state) in answers {
        match state {
            Ok(state) if state.unknown.is_empty() => {
                let wanting = |problem| (Wanting { service, check: "schema", problem }, None);
                missing.extend(state.refusal().map(wanting));
            }
            Ok(state) => return Err(format!("{service}: {}", state.refusal().unwrap_or_default()).into()),
            Err(error) => {
                let problem = "the database does not answer".to_owned();
                missing.push((Wanting { service, check: "database", problem }, Some(in_words(&error))));
            }
        }
    }
    Ok(missing)
}

/// One line for each thing when something has changed, not one for each look.
fn tell_changes(told: &Missing, found: Vec<Found>) {
    let (missing, causes): (Vec<Wanting>, Vec<Option<String>>) = found.into_iter().unzip();
    if missing != told.now() {
        for (Wanting { service, check, problem }, cause) in missing.iter().zip(causes) {
            tracing::warn!(service, check, problem, cause, "waiting");
        }
    }
    told.replace(missing);
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};
    use service_kit::Database;

    use super::*;

    /// Every migration, with the checksum of the schema that it leaves.
    const PINNED: &str = include_str!("awaiting_schema/migrations.txt");

    /// A database that has taken a migration never takes it again, so changing one would leave old and new databases apart.
    #[tokio::test]
    async fn no_migration_that_was_there_has_changed() {
        let mut found = String::new();
        for schema in SCHEMAS {
            for (name, picture) in schema.steps_on_sqlite().await.unwrap() {
                let checksum = digest(&SHA256, format!("{picture:?}").as_bytes());
                let digits: String = checksum.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
                found.push_str(&format!("{} {name} {digits}\n", schema.service()));
            }
        }
        assert_eq!(
            found, PINNED,
            "write a new migration instead of changing one; if only new ones are missing, migrations.txt is to be:\n{found}"
        );
    }

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
