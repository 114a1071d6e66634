//! Permissions that are taken from custom roles.

use std::time::Duration;

use contracts::audit::v1::{AuditEntry, AuditFilter};
use contracts::organizations::v1 as proto;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use service_kit::{Database, WriteTransaction};

use crate::permissions::{definition, register};
use crate::world::{Administrator, Person, World, refused};

fn definitions(codes: &[&str]) -> Vec<proto::PermissionDefinition> {
    codes.iter().map(|code| definition(code)).collect()
}

/// What the organization's own audit log tells of its roles' losses.
async fn losses(world: &World, by: &Person, team: &str) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: "organization.roles_narrowed".to_owned(), ..Default::default() };
    let message = proto::ListOrganizationAuditLogRequest {
        organization_id: team.to_owned(),
        filter: Some(filter),
        ..Default::default()
    };
    world.audit().list_organization_audit_log(world.by(by, message)).await.unwrap().into_inner().entries
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.details_json).unwrap()
}

#[tokio::test]
async fn each_organization_is_told_once_what_its_roles_have_lost() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let (acme, globex) = (world.team(&alice).await, world.team(&bob).await);
    let all = definitions(&["items:read", "items:write", "items:burn"]);
    register(&world, &root, "catalog", all, false).await.unwrap();
    world.create_role(&alice, &acme, "editor", &["items:read", "items:write", "org:read"]).await.unwrap();
    world.create_role(&alice, &acme, "burner", &["items:burn", "items:write"]).await.unwrap();
    world.create_role(&alice, &acme, "reader", &["items:read"]).await.unwrap();
    world.create_role(&alice, &alice.personal, "mine", &["items:burn"]).await.unwrap();
    world.create_role(&bob, &globex, "reader", &["items:read"]).await.unwrap();

    let refusal = register(&world, &root, "catalog", definitions(&["items:read"]), false).await;
    assert_eq!(refused(refusal), "CONFLICT");
    assert!(losses(&world, &alice, &acme).await.is_empty(), "what is refused is not told");

    // One is pruned, the other may no longer be given to anybody.
    let closed = proto::PermissionDefinition { org_assignable: false, ..definition("items:write") };
    for _ in 0..2 {
        let slice = vec![definition("items:read"), closed.clone()];
        register(&world, &root, "catalog", slice, true).await.unwrap();
    }
    let [of_acme] = &losses(&world, &alice, &acme).await[..] else { panic!("one entry") };
    assert_eq!(
        details(of_acme),
        json!({
            "service": "catalog",
            "removed": ["items:burn", "items:write"],
            "roles": ["burner", "editor"],
            "role_count": 2,
            "back_office": true,
        })
    );
    assert_eq!((of_acme.actor.as_str(), of_acme.target_id.as_str()), (root.person.id.as_str(), acme.as_str()));
    assert_eq!((&of_acme.actor_session_id, &of_acme.ip_address), (&None, &None), "not its members' to know");
    let [of_personal] = &losses(&world, &alice, &alice.personal).await[..] else { panic!("one entry") };
    assert_eq!(details(of_personal)["removed"], json!(["items:burn"]));
    assert!(losses(&world, &bob, &globex).await.is_empty(), "it has lost nothing");
}

#[tokio::test]
async fn all_are_told_however_many_they_are() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let alice = world.person("alice").await;
    register(&world, &root, "catalog", definitions(&["items:read"]), false).await.unwrap();
    let mut teams = Vec::new();
    for _ in 0..210 {
        let team = world.team(&alice).await;
        world.create_role(&alice, &team, "reader", &["items:read"]).await.unwrap();
        teams.push(team);
    }
    register(&world, &root, "catalog", Vec::new(), true).await.unwrap();
    for team in teams {
        assert_eq!(losses(&world, &alice, &team).await.len(), 1);
    }
}

#[tokio::test]
async fn a_large_loss_is_told_by_its_beginning() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let codes: Vec<String> = (10..100).map(|number| format!("i:{number}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    register(&world, &root, "catalog", definitions(&codes), false).await.unwrap();
    for number in 0..30 {
        let code = format!("{}{number}", "long-".repeat(9));
        world.create_role(&alice, &team, &code, &codes).await.unwrap();
    }
    register(&world, &root, "catalog", Vec::new(), true).await.unwrap();
    let [entry] = &losses(&world, &alice, &team).await[..] else { panic!("one entry") };
    let told = details(entry);
    for list in ["removed", "roles"] {
        let listed = told[list].as_array().unwrap();
        assert_eq!(listed.last().unwrap(), "…", "{list}");
        assert!(listed.len() > 5 && told[list].to_string().len() < 600, "{list}");
    }
    assert_eq!(told["role_count"], 30);
}

const PERMISSIONS: usize = 20;

/// A slice of permissions, and roles of the organization that hold all of it. The roles get it in the reverse of the order
/// that they were made in, so that whoever goes by roles and whoever goes by permissions come from two ends.
async fn roles_to_prune(world: &World, root: &Administrator, owner: &Person, team: &str) -> Vec<proto::Role> {
    let codes: Vec<String> = (10..10 + PERMISSIONS).map(|number| format!("i:{number}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    register(world, root, "catalog", definitions(&codes), true).await.unwrap();
    let mut roles = Vec::new();
    for number in 0..5 {
        roles.push(world.create_role(owner, team, &format!("role-{number}"), &[]).await.unwrap());
    }
    for role in roles.iter().rev() {
        world.update_role(owner, role, &codes).await.unwrap();
    }
    roles
}

/// Keeps everybody from what a role holds. Only Postgres locks rows.
async fn hold(world: &World, role: &proto::Role) -> Option<(Database, WriteTransaction)> {
    let database = Database::open(&world.database, "organizations").await.unwrap();
    if database.reader().get_database_backend() != DbBackend::Postgres || world.database.pool_size < 2 {
        return None;
    }
    let held = database.begin_write().await.unwrap();
    let lock = format!("UPDATE role_permissions SET role_id = role_id WHERE role_id = '{}'", role.id);
    held.execute_unprepared(&lock).await.unwrap();
    Some((database, held))
}

/// Lets go when two are waiting, each with all that it took before. Were there two orders to take locks in, each would then
/// wait for the other.
async fn let_go_when_two_wait(held: Option<(Database, WriteTransaction)>) {
    let Some((database, held)) = held else { return };
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let both_wait = async {
        loop {
            let statement = Statement::from_string(DbBackend::Postgres, waiting);
            let row = database.reader().query_one_raw(statement).await.unwrap().unwrap();
            if row.try_get::<i64>("", "n").unwrap() >= 2 {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), both_wait).await.expect("both wait");
    held.commit().await.unwrap();
}

#[tokio::test]
async fn pruning_and_the_end_of_organizations_do_not_stand_in_each_others_way() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    for round in 0..30 {
        let alice = world.person("alice").await;
        let team = world.team(&alice).await;
        let roles = roles_to_prune(&world, &root, &alice, &team).await;
        let held = hold(&world, &roles[2]).await;
        let (pruned, ended, ()) = tokio::join!(
            register(&world, &root, "catalog", Vec::new(), true),
            async {
                // A team ends by itself or with its only member.
                if round % 2 == 0 { world.delete(&alice, &team).await } else { world.depart(&alice).await }
            },
            let_go_when_two_wait(held),
        );
        assert_eq!(pruned.unwrap().pruned.len(), PERMISSIONS, "round {round}");
        assert!(ended.is_ok(), "round {round}: {ended:?}");
        assert_eq!(refused(world.get(&alice, &team).await), "ORGANIZATION_NOT_FOUND", "round {round}");
    }
}

#[tokio::test]
async fn pruning_and_edits_of_roles_do_not_stand_in_each_others_way() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let alice = world.person("alice").await;
    for round in 0..30 {
        let team = world.team(&alice).await;
        let roles = roles_to_prune(&world, &root, &alice, &team).await;
        let (pruned, narrowed, deleted) = tokio::join!(
            register(&world, &root, "catalog", Vec::new(), true),
            world.update_role(&alice, &roles[0], &["org:read"]),
            world.delete_role(&alice, &team, &roles[1].id),
        );
        assert!(narrowed.is_ok() && deleted.is_ok(), "round {round}: {narrowed:?} {deleted:?}");
        assert_eq!(pruned.unwrap().pruned.len(), PERMISSIONS, "round {round}");
        let message = proto::GetRoleRequest { organization_id: team.clone(), role_id: roles[0].id.clone() };
        let role = world.roles().get_role(world.by(&alice, message)).await.unwrap().into_inner().role.unwrap();
        let held: Vec<&str> = role.permissions.iter().map(|permission| permission.code.as_str()).collect();
        assert_eq!(held, ["org:read"], "round {round}");
    }
}
