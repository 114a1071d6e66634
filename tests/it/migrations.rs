//! `guildhall migrate`, and services whose databases are not migrated yet.

use std::collections::BTreeSet;
use std::process::{Output, Stdio};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{
    Databases, Deployment, Person, Product, Storage, ended, eventually, is_postgres, json_lines, sql_of_the_runbook,
    unique,
};

const SERVICES: [&str; 4] = ["identity", "organizations", "invitations", "billing-context"];
const RACES: usize = 20;
const RACES_AT_ONCE: usize = 4;

async fn migrated() -> Databases {
    let databases = Databases::unmade();
    ended(&databases.operate(&["migrate"], &[]).await, 0);
    databases
}

#[tokio::test]
async fn what_is_pending_is_told_and_then_applied() {
    let databases = Databases::unmade();
    let status = databases.operate(&["migrate", "status", "--output", "json"], &[]).await;
    let before = json_lines(ended(&status, 1));
    assert_eq!(before.iter().map(|line| line["service"].as_str().unwrap()).collect::<Vec<_>>(), SERVICES);
    assert!(before.iter().all(|line| line["state"] == "older" && line["applied"] == json!([])), "{before:?}");

    let applied = json_lines(ended(&databases.operate(&["migrate", "up", "--output", "json"], &[]).await, 0));
    for (before, applied) in before.iter().zip(&applied) {
        assert_eq!(before["pending"], applied["applied"]);
        assert!(before["pending"].as_array().unwrap().len() > 10, "{before}");
    }
    let after = json_lines(ended(&databases.operate(&["--output", "json", "migrate", "status"], &[]).await, 0));
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(
            (&after["state"], &after["pending"], &after["applied"]),
            (&json!("current"), &json!([]), &before["pending"])
        );
    }
    let again = databases.operate(&["migrate"], &[]).await;
    assert!(ended(&again, 0).contains("there was nothing to do"), "{}", again.said);
}

#[tokio::test]
async fn a_database_that_was_lost_is_not_made_anew_beside_others_that_are_in_use() {
    let mut product = Product::own(&[]).await;
    Person::verified(&product.api(), "alice").await;
    product.stop().await;
    if is_postgres() {
        let organizations = product.storage("organizations").await;
        organizations.execute("DROP SCHEMA public CASCADE").await;
        organizations.execute("CREATE SCHEMA public").await;
    } else {
        for end in ["", "-wal", "-shm"] {
            let lost = product.first_data_dir().join(format!("organizations.db{end}"));
            assert!(std::fs::remove_file(lost).is_ok() || !end.is_empty());
        }
    }
    for (arguments, code) in [(&["migrate", "up"][..], 4), (&["dev"], 2), (&["doctor"], 1)] {
        let refused = product.operate(arguments).await;
        assert!(ended(&refused, code).contains("nothing is there of organizations"), "{arguments:?}: {}", refused.said);
    }
    assert!(ended(&product.operate(&["migrate", "status"]).await, 1).contains("organizations"));
}

#[tokio::test]
async fn asking_makes_no_database() {
    let databases = Databases::unmade();
    for verb in ["status", "verify"] {
        assert!(ended(&databases.operate(&["migrate", verb], &[]).await, 1).contains("guildhall migrate up"));
    }
    let status = databases.operate(&["migrate", "status", "--output", "json"], &[]).await;
    assert!(json_lines(&status.said).iter().all(|line| line["applied"] == json!([])), "{}", status.said);
}

/// Two processes that migrate the same databases at once; the steps that each of them took.
async fn race() -> [Vec<Value>; 2] {
    let databases = Databases::unmade();
    let arguments = ["migrate", "up", "--output", "json"];
    let processes = [(); 2].map(|()| {
        databases.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    });
    let outputs =
        processes.map(|process| tokio::task::spawn_blocking(|| process.wait_with_output().expect("its output")));
    let mut taken = Vec::new();
    for output in outputs {
        let Output { status, stdout, stderr } = output.await.expect("it is waited for");
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        taken.push(json_lines(&String::from_utf8_lossy(&stdout)));
    }
    ended(&databases.operate(&["migrate", "status"], &[]).await, 0);
    taken.try_into().expect("two processes")
}

#[tokio::test]
async fn two_at_once_take_every_step_once() {
    let wanted = {
        let said = Databases::unmade().operate(&["migrate", "status", "--output", "json"], &[]).await.said;
        json_lines(&said).into_iter().map(|line| line["pending"].as_array().unwrap().len()).sum::<usize>()
    };
    for _ in 0..RACES / RACES_AT_ONCE {
        for taken in join_all((0..RACES_AT_ONCE).map(|_| race())).await {
            let steps = taken.iter().flatten().flat_map(|line| line["applied"].as_array().unwrap());
            let steps: Vec<&str> = steps.map(|step| step.as_str().unwrap()).collect();
            let of_services = taken.iter().flatten().flat_map(|line| {
                let service = line["service"].as_str().unwrap();
                line["applied"].as_array().unwrap().iter().map(move |step| (service, step.as_str().unwrap()))
            });
            assert_eq!(of_services.collect::<BTreeSet<_>>().len(), wanted, "{taken:?}");
            assert_eq!(steps.len(), wanted, "a step was taken twice: {taken:?}");
        }
    }
}

#[tokio::test]
async fn a_run_that_was_killed_in_the_middle_leaves_nothing_behind_and_can_be_repeated() {
    for (service, step) in
        [("identity", "identity_0005_key_states"), ("organizations", "commit"), ("billing-context", "start")]
    {
        let databases = Databases::unmade();
        let place = format!("migrate-{service}/{step}:abort");
        let killed = databases.operate(&["migrate", "up"], &[("GUILDHALL_FAIL_POINT", &place)]).await;
        assert_eq!(killed.code, None, "it dies at {place}: {}", killed.said);

        let status = databases.operate(&["migrate", "status", "--output", "json"], &[]).await;
        let lines = json_lines(&status.said);
        let interrupted = lines.iter().find(|line| line["service"] == service).expect("its line");
        let is_committed = step == "commit";
        let list = if is_committed { "pending" } else { "applied" };
        assert_eq!(interrupted[list], json!([]), "all or nothing: {interrupted}");
        ended(&databases.operate(&["migrate", "up"], &[]).await, 0);
        ended(&databases.operate(&["migrate", "verify"], &[]).await, 0);
    }
}

#[tokio::test]
async fn differences_from_what_migrations_make_are_named() {
    let databases = migrated().await;
    assert!(ended(&databases.operate(&["migrate", "verify"], &[]).await, 0).contains("as its migrations make it"));
    let identity = databases.storage("identity").await;
    identity.execute("DROP INDEX sessions_user_id").await;
    identity.execute("ALTER TABLE sessions ADD COLUMN mood text").await;
    identity.execute("CREATE UNIQUE INDEX one_of_a_kind ON sessions (user_agent)").await;
    let invitations = databases.storage("invitations").await;
    invitations.execute("CREATE TABLE leftovers (id bigint PRIMARY KEY)").await;

    let verified = databases.operate(&["migrate", "verify"], &[]).await;
    let said = ended(&verified, 1);
    for difference in [
        "the index sessions_user_id of sessions is missing",
        "the column sessions.mood should not be there",
        "the index one_of_a_kind of sessions should not be there",
        "the table leftovers should not be there",
    ] {
        assert!(said.contains(difference), "{difference}: {said}");
    }
    let verified = databases.operate(&["migrate", "verify", "--output", "json"], &[]).await;
    let numbers =
        json_lines(&verified.said).iter().map(|line| line["differences"].as_array().unwrap().len()).collect::<Vec<_>>();
    assert_eq!(numbers, [3, 0, 1, 0]);
    let schemas = if identity.is_postgres() { identity.number(SCRATCH).await } else { 0 };
    assert_eq!(schemas, 0, "nothing is left of the comparison");
}

const SCRATCH: &str = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'guildhall%'";

/// As a later version would have left it.
async fn migrate_further(identity: &Storage) {
    identity
        .execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('identity_9999_of_tomorrow', 1)")
        .await;
}

#[tokio::test]
async fn a_schema_that_is_newer_than_the_program_is_refused_by_everything() {
    let databases = migrated().await;
    migrate_further(&databases.storage("identity").await).await;
    let newer = "newer than this program, which does not know identity_9999_of_tomorrow";
    for arguments in
        [["migrate", "up"], ["migrate", "status"], ["migrate", "verify"], ["epoch", "renew"], ["admin", "list"]]
    {
        let ending = databases.operate(&arguments, &[]).await;
        assert!(ended(&ending, 1).contains(newer), "{}", ending.said);
    }
    let key = ("GUILDHALL_ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    for what in ["identity", "all"] {
        let upstreams = [
            ("GUILDHALL_UPSTREAM_ORGANIZATIONS", "http://127.0.0.1:1"),
            ("GUILDHALL_UPSTREAM_BILLING_CONTEXT", "http://127.0.0.1:1"),
        ];
        let ending = databases.operate(&["serve", what], &[upstreams.as_slice(), &[key]].concat()).await;
        assert!(ended(&ending, 2).contains(newer), "{}", ending.said);
    }
}

#[tokio::test]
async fn services_wait_for_their_schemas_alive_and_turn_ready_by_themselves() {
    let deployment = Deployment::before_migrations(&[]).await;
    for service in SERVICES {
        let ops = deployment.ops(service);
        let missing = eventually(&format!("{service} says what it waits for\n{}", deployment.log()), async || {
            let answer = reqwest::get(format!("{ops}/readyz")).await.ok()?;
            assert_eq!(answer.status(), 503);
            answer.json::<Value>().await.ok()
        })
        .await;
        assert_eq!(missing["missing"], json!([format!("{service}/schema")]), "{missing}");
        let problem = missing["checks"][0]["problem"].as_str().expect("a sentence");
        assert!(problem.contains("run `guildhall migrate up` first"), "{problem}");
        for probe in ["/livez", "/healthz", "/startupz"] {
            assert_eq!(
                reqwest::get(format!("{ops}{probe}")).await.expect("an answer").status(),
                200,
                "{service}{probe}"
            );
        }
        let numbers = reqwest::get(format!("{ops}/metrics")).await.expect("an answer").text().await.expect("numbers");
        assert!(numbers.contains("guildhall_build_info{version="), "{service} is there: {numbers}");
        assert!(!numbers.contains("guildhall_revocation_feed_state"), "{service} tells nothing that alerts: {numbers}");
        let channel = tonic::transport::Endpoint::new(deployment.grpc(service)).unwrap().connect().await.unwrap();
        let mut health = HealthClient::new(channel);
        for (name, expected) in [
            ("", ServingStatus::NotServing),
            ("guildhall.live", ServingStatus::Serving),
            ("guildhall.startup", ServingStatus::Serving),
            ("guildhall.ready", ServingStatus::NotServing),
            (service, ServingStatus::NotServing),
        ] {
            let answer = health.check(HealthCheckRequest { service: name.to_owned() }).await.expect("an answer");
            assert_eq!(answer.into_inner().status(), expected, "{service} {name}");
        }
    }
    let api = deployment.api();
    let sign_up = json!({ "email": format!("early.{}@example.com", unique()), "password": crate::harness::PASSWORD });
    api.post("/auth/register", &sign_up).await.refused("SERVICE_UNAVAILABLE", 503);

    ended(&deployment.operate(&["migrate", "up", "--wait-db", "30s"], &[]).await, 0);
    for service in SERVICES.into_iter().chain(["gateway"]) {
        deployment.is_ready(service).await;
    }
    api.post("/auth/register", &sign_up).await.expect(201);
    Person::verified(&api, "later").await;
}

#[tokio::test]
async fn a_server_that_answers_later_is_waited_for_when_that_is_asked() {
    let nobody = [("GUILDHALL_DATABASE_URL", "postgres://nobody@127.0.0.1:1")];
    let databases = Databases::unmade();
    let impatient = databases.operate(&["migrate", "up"], &nobody).await;
    assert!(ended(&impatient, 2).contains("GUILDHALL_DATABASE_URL must name a Postgres server"), "{}", impatient.said);
    let began = std::time::Instant::now();
    ended(&databases.operate(&["migrate", "up", "--wait-db", "2"], &nobody).await, 2);
    assert!(began.elapsed().as_secs() >= 2, "it was not waited for");
    for wrong in ["-1", "3601", "soon"] {
        ended(&databases.operate(&["migrate", "up", &format!("--wait-db={wrong}")], &[]).await, 2);
    }
}

/// The statements of the runbook for one role of all services, with these names in the place of its own.
fn statements_of_the_runbook(names: [(&str, &str); 2]) -> Vec<String> {
    let renamed = |block: String| names.iter().fold(block, |block, (name, own)| block.replace(name, own));
    sql_of_the_runbook("database-roles.md").into_iter().take(2).map(renamed).collect()
}

#[tokio::test]
async fn services_do_with_a_role_that_may_not_change_tables() {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else { return };
    if !is_postgres() {
        return;
    }
    let (owner, app, prefix) = (format!("owner_{}", unique()), format!("app_{}", unique()), format!("r{}", unique()));
    let [roles, grants] = statements_of_the_runbook([("guildhall_migrate", &owner), ("guildhall_app", &app)])
        .try_into()
        .expect("roles, then rights");
    let server = server.trim_end_matches('/');
    Storage::at(&format!("{server}/postgres")).await.execute(&roles).await;
    let url_of = |role: &str| {
        let mut url = url::Url::parse(server).expect("a URL");
        url.set_username(role).expect("a URL with a host");
        url.to_string().trim_end_matches('/').to_owned()
    };
    let (by_owner, by_app) = (url_of(&owner), url_of(&app));
    let deployment = Deployment::before_migrations(&[
        ("GUILDHALL_DATABASE_URL", &by_app),
        ("GUILDHALL_MIGRATE_DATABASE_URL", &by_owner),
        ("GUILDHALL_DATABASE_PREFIX", &prefix),
    ])
    .await;
    ended(&deployment.operate(&["migrate", "up"], &[]).await, 0);
    for service in SERVICES {
        let name = format!("{prefix}_{}", service.replace('-', "_"));
        Storage::at(&format!("{by_owner}/{name}")).await.execute(&grants).await;
        let storage = Storage::at(&format!("{by_app}/{name}")).await;
        for change in
            ["CREATE TABLE door (id int)", "DROP TABLE audit_log", "ALTER TABLE audit_log ADD COLUMN door int"]
        {
            assert!(storage.refuses(change).await, "{service}: {change}");
        }
    }
    for service in SERVICES.into_iter().chain(["gateway"]) {
        deployment.is_ready(service).await;
    }
    Person::verified(&deployment.api(), "alice").await;
    ended(&deployment.operate(&["migrate", "verify"], &[]).await, 0);
    ended(&deployment.operate(&["migrate", "status"], &[("GUILDHALL_MIGRATE_DATABASE_URL", "")]).await, 0);
}
