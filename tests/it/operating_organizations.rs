//! `guildhall org …`: what an operator does to organizations, beside a product that is served.

use serde_json::{Value, json};

use crate::harness::{Person, Product, Team, ended, json_lines, refused_at_once};

async fn lines(product: &Product, arguments: &[&str]) -> Vec<Value> {
    let ending = product.operate(&[arguments, &["--output", "json"]].concat()).await;
    json_lines(ended(&ending, 0))
}

/// A team of two, of whom the second acts for it.
async fn team_of_two(product: &Product) -> (Person, Person, Team) {
    let api = product.api();
    let (alice, mut bob) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "bob"));
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob]).await;
    bob.act_for(&team.id).await;
    (alice, bob, team)
}

#[tokio::test]
async fn an_organization_is_looked_at_by_id_or_slug() {
    let product = Product::shared().await;
    let (alice, bob, team) = team_of_two(product).await;
    let shown = lines(product, &["org", "show", &team.slug]).await.remove(0);
    assert_eq!((&shown["id"], &shown["owner_id"]), (&json!(team.id), &json!(alice.user_id)), "{shown}");
    assert_eq!((&shown["status"], &shown["is_personal"]), (&json!("active"), &json!(false)));
    assert_eq!(lines(product, &["org", "show", &team.id]).await.remove(0), shown);
    assert_eq!(lines(product, &["org", "list", "--search", &team.slug]).await, [shown]);
    let members = lines(product, &["org", "members", &team.slug]).await;
    let of = |person: &Person, role: &str| (json!(person.user_id), json!([role]));
    let found: Vec<_> = members.iter().map(|one| (one["user_id"].clone(), one["roles"].clone())).collect();
    assert_eq!(found, [of(&alice, "org_owner"), of(&bob, "org_member")]);
    assert_eq!(lines(product, &["org", "members", &team.slug, "--limit", "1"]).await, members[..1]);
    for nothing in ["no-such-organization", "01890000-0000-7000-8000-000000000000"] {
        for verb in ["show", "members", "suspend", "unsuspend", "export"] {
            ended(&product.operate(&["org", verb, nothing]).await, 3);
        }
        ended(&product.operate(&["org", "delete", nothing, "--yes-i-know-what-im-doing"]).await, 3);
    }
}

#[tokio::test]
async fn an_organization_that_is_suspended_at_the_command_line_is_acted_for_by_nobody() {
    let product = Product::own(&[]).await;
    let (mut alice, bob, team) = team_of_two(&product).await;
    let suspended = lines(&product, &["org", "suspend", &team.slug, "--reason", "fraud"]).await.remove(0);
    assert_eq!((&suspended["has_changed"], &suspended["organization"]["status"]), (&json!(true), &json!("suspended")));
    refused_at_once(&product, &bob, "TOKEN_STALE").await;
    bob.api.get(&team.path("")).await.refused("UNAUTHORIZED", 401);
    let again = lines(&product, &["org", "suspend", &team.slug]).await.remove(0);
    assert_eq!(again["has_changed"], false);
    assert_eq!(lines(&product, &["org", "list", "--status", "suspended"]).await.len(), 1);

    let tail = ["audit", "tail", "--action", "organization.suspended"];
    let entry = lines(&product, &tail).await.pop().expect("an entry");
    assert_eq!((&entry["actor"], &entry["reason"]), (&json!("operator"), &json!("fraud")), "{entry}");
    assert!(entry["user_agent"].as_str().unwrap().starts_with("cli:"), "{entry}");

    lines(&product, &["org", "unsuspend", &team.id]).await;
    alice.act_for(&team.id).await;
    let seen = alice.get(&team.path("/audit-log?action=organization.suspended")).await.expect(200);
    let seen = &seen["entries"][0];
    assert_eq!(seen["actor"], "operator", "{seen}");
    for hidden in ["reason", "user_agent", "ip_address"] {
        assert!(seen[hidden].is_null(), "its members are not told {hidden}: {seen}");
    }
    let personal = product.operate(&["org", "suspend", &alice.personal_id]).await;
    assert!(ended(&personal, 4).contains("guildhall user suspend"), "{}", personal.said);
}

#[tokio::test]
async fn an_organization_is_deleted_only_by_who_means_it() {
    let product = Product::own(&[]).await;
    let (alice, bob, team) = team_of_two(&product).await;
    let unsure = product.operate(&["org", "delete", &team.slug]).await;
    assert!(ended(&unsure, 2).contains("--yes-i-know-what-im-doing"), "{}", unsure.said);
    bob.get(&team.path("")).await.expect(200);

    let meant = ["org", "delete", &team.slug, "--reason", "asked for by mail", "--yes-i-know-what-im-doing"];
    assert_eq!(lines(&product, &meant).await[0]["deleted"], true);
    refused_at_once(&product, &bob, "TOKEN_STALE").await;
    ended(&product.operate(&["org", "show", &team.slug]).await, 3);
    assert_eq!(alice.organizations().await.len(), 1, "the personal one is left");
    let entry = lines(&product, &["audit", "tail", "--action", "organization.deleted"]).await.pop().expect("an entry");
    assert_eq!((&entry["actor"], &entry["reason"]), (&json!("operator"), &json!("asked for by mail")), "{entry}");
    let personal = ["org", "delete", &alice.personal_id, "--yes-i-know-what-im-doing"];
    ended(&product.operate(&personal).await, 4);
}

#[tokio::test]
async fn an_export_holds_what_is_kept_of_an_organization() {
    let product = Product::shared().await;
    let (alice, bob, team) = team_of_two(product).await;
    let role = json!({ "code": "billing_clerk", "name": "Clerk", "permission_codes": ["org:read"] });
    alice.post(&team.path("/roles"), role).await.expect(201);
    let exported = product.operate(&["org", "export", &team.id, "--progress"]).await;
    let lines = json_lines(ended(&exported, 0));
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).collect::<Vec<_>>();
    assert_eq!(of("organization")[0]["organization"]["slug"], team.slug.as_str());
    assert_eq!(of("role")[0]["role"]["permissions"], json!(["org:read"]));
    let members: Vec<_> = of("member").iter().map(|line| line["member"]["user_id"].clone()).collect();
    assert_eq!(members, [json!(alice.user_id), json!(bob.user_id)]);
    let entries = of("audit_entry");
    assert!(entries.iter().all(|line| line["audit_entry"]["organization_id"] == team.id.as_str()), "{entries:?}");
    let actions: Vec<_> = entries.iter().map(|line| line["audit_entry"]["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"role.created") && actions.len() > 2, "of more than one service: {actions:?}");
    assert!(lines.iter().any(|line| line["counted"] == "members"), "how far it is was asked for: {}", exported.said);
}

/// Every verb that changes something leaves the same kind of trace.
#[tokio::test]
async fn whatever_an_operator_does_names_the_account_of_the_machine() {
    let product = Product::own(&[]).await;
    let (alice, bob, team) = team_of_two(&product).await;
    let folder = tempfile::tempdir().unwrap();
    let plans = folder.path().join("plans.toml");
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../services/guildhall/demo/plans.toml");
    std::fs::copy(demo, &plans).unwrap();
    let key =
        product.operate(&["api-keys", "create", "--name", "shop", "--scope", "billing:read", "--output", "json"]).await;
    let key = json_lines(ended(&key, 0)).remove(0);
    for arguments in [
        &["admin", "grant", "--email", &alice.email, "--role", "super_admin"][..],
        &["admin", "create", "--email", "ops@example.com"],
        &["epoch", "renew"],
        &["keys", "rotate", "--now"],
        &["plans", "apply", plans.to_str().unwrap()],
        &["api-keys", "revoke", key["id"].as_str().unwrap()],
        &["user", "reset-password", &bob.email],
        &["user", "sign-out", &bob.email],
        &["org", "suspend", &team.id],
    ] {
        ended(&product.operate(arguments).await, 0);
    }
    let entries = lines(&product, &["audit", "export", "--actor", "operator"]).await;
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in [
        "user.roles_set",
        "user.setup_link_made",
        "epoch.renewed",
        "key.rotated",
        "user.reset_link_made",
        "user.sessions_revoked",
        "organization.suspended",
    ] {
        assert!(actions.contains(&action), "{action} is missing: {actions:?}");
    }
    assert!(actions.len() > 9, "{actions:?}");
    let nameless: Vec<_> =
        entries.iter().filter(|entry| !entry["user_agent"].as_str().unwrap_or("").starts_with("cli:")).collect();
    assert!(nameless.is_empty(), "{nameless:?}");
}
