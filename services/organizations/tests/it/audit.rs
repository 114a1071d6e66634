//! What the audit log of organizations tells.

use std::time::Duration;

use contracts::audit::v1::{AuditEntry, AuditFilter};
use contracts::organizations::v1 as proto;
use serde_json::{Value, json};

use crate::world::{Answer, Person, World, grant, offer, refused};

async fn read(world: &World, by: &Person, team: &str, filter: AuditFilter) -> Answer<Vec<AuditEntry>> {
    let (mut entries, mut page_token) = (Vec::new(), String::new());
    loop {
        let message = proto::ListOrganizationAuditLogRequest {
            organization_id: team.to_owned(),
            filter: Some(filter.clone()),
            page_size: 3,
            page_token,
        };
        let page = world.audit().list_organization_audit_log(world.by(by, message)).await?.into_inner();
        entries.extend(page.entries);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(entries);
        }
    }
}

async fn all(world: &World, by: &Person, team: &str) -> Vec<AuditEntry> {
    read(world, by, team, AuditFilter::default()).await.unwrap()
}

fn details(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.details_json).unwrap()
}

#[tokio::test]
async fn every_change_is_told_with_who_to_whom_and_what_before_and_after() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let tick = || world.clock.advance(Duration::from_millis(1));
    tick();
    world.set_roles(&alice, &team, &bob, &["org_manager", "buyer"]).await.unwrap();
    tick();
    world.set_status(&alice, &team, &bob, proto::MemberStatus::Suspended).await.unwrap();
    tick();
    world.set_status(&alice, &team, &bob, proto::MemberStatus::Active).await.unwrap();
    tick();
    world.transfer(&alice, &team, &bob).await.unwrap();
    tick();
    let role = world.create_role(&bob, &team, "editor", &["org:read"]).await.unwrap();
    tick();
    world.update_role(&bob, &role, &["org:read", "org:update"]).await.unwrap();
    tick();
    world.delete_role(&bob, &team, &role.id).await.unwrap();
    tick();
    world.leave(&alice, &team).await.unwrap();

    let mut entries = all(&world, &bob, &team).await;
    entries.reverse();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.actor.as_str(), entry.target_id.as_str(), details(entry)))
        .collect();
    let [a, b] = [alice.id.as_str(), bob.id.as_str()];
    let named = json!({ "name": "Acme", "slug": "acme" });
    let facts = |codes: &[&str]| json!({ "code": "editor", "name": "editor", "description": null, "permissions": codes, "permission_count": codes.len() });
    let expected = [
        ("organization.created", a, team.as_str(), json!({ "owner_id": a, "is_personal": false, "after": named })),
        ("member.joined", b, b, json!({ "after": ["seller"], "granted_by": a })),
        ("member.roles_set", a, b, json!({ "before": ["seller"], "after": ["org_manager", "buyer"] })),
        ("member.suspended", a, b, json!({})),
        ("member.reactivated", a, b, json!({})),
        ("organization.ownership_transferred", a, &team, json!({ "before": a, "after": b })),
        ("role.created", b, &role.id, json!({ "after": facts(&["org:read"]) })),
        (
            "role.updated",
            b,
            &role.id,
            json!({
                "before": facts(&["org:read"]),
                "after": facts(&["org:read", "org:update"]),
                "added": ["org:update"],
                "removed": [],
            }),
        ),
        ("role.deleted", b, &role.id, json!({ "before": facts(&["org:read", "org:update"]) })),
        ("member.left", a, a, json!({ "before": ["org_member"] })),
    ];
    assert_eq!(told, expected);
    assert!(entries.iter().all(|entry| entry.organization_id.as_deref() == Some(&team) && entry.request_id.is_some()));
    assert!(entries[2].actor_session_id.is_some());
}

#[tokio::test]
async fn whom_the_operator_deletes_has_not_left_by_themselves() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let request = proto::DepartUserRequest { user_id: bob.id.clone(), hand_over: false, by_operator: true };
    world.access().depart_user(request).await.unwrap();
    let filter = AuditFilter { action: "member.departed".to_owned(), ..Default::default() };
    let [entry] = &read(&world, &alice, &team, filter).await.unwrap()[..] else { panic!("one entry") };
    assert_eq!((entry.actor.as_str(), entry.target_id.as_str()), ("operator", bob.id.as_str()));
}

#[tokio::test]
async fn what_is_refused_or_changes_nothing_is_not_told() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let editor = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let before = all(&world, &alice, &team).await.len();
    world.set_roles(&alice, &team, &bob, &["seller"]).await.unwrap();
    world.update_role(&alice, &editor, &["org:read"]).await.unwrap();
    world.set_status(&alice, &team, &bob, proto::MemberStatus::Active).await.unwrap();
    assert_eq!(refused(world.leave(&alice, &team).await), "LAST_OWNER");
    assert_eq!(refused(world.set_roles(&bob, &team, &alice, &["seller"]).await), "INSUFFICIENT_PERMISSIONS");
    let unchanged = proto::UpdateOrganizationRequest {
        organization_id: team.clone(),
        name: Some("Acme".to_owned()),
        ..Default::default()
    };
    world.organizations().update_organization(world.by(&alice, unchanged)).await.unwrap();
    let mut again = offer(&team, &alice, &bob, &[]);
    again.grant = Some(grant(&["seller"]));
    assert_eq!(refused(world.add(again).await), "ALREADY_A_MEMBER");
    assert_eq!(all(&world, &alice, &team).await.len(), before);
}

#[tokio::test]
async fn an_update_tells_the_fields_that_differ_and_keeps_what_is_about_people_to_itself() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let profile = proto::OrganizationProfile {
        website: Some("https://acme.example/".to_owned()),
        contact_email: Some("carol@example.com".to_owned()),
        description: Some("\"x\"\n".repeat(150)),
        metadata: Some(prost_types::Struct {
            fields: [(
                "key".to_owned(),
                prost_types::Value { kind: Some(prost_types::value::Kind::StringValue("secret".to_owned())) },
            )]
            .into(),
        }),
        ..Default::default()
    };
    let change = |organization_id: &str, name: &str| proto::UpdateOrganizationRequest {
        organization_id: organization_id.to_owned(),
        name: Some(name.to_owned()),
        slug: None,
        profile: Some(profile.clone()),
    };
    for (organization, name) in [(&team, "Acme & Co"), (&alice.personal, "Somebody")] {
        world.organizations().update_organization(world.by(&alice, change(organization, name))).await.unwrap();
    }
    let filter = AuditFilter { action: "organization.updated".to_owned(), ..Default::default() };
    let [entry] = &read(&world, &alice, &team, filter.clone()).await.unwrap()[..] else { panic!("one entry") };
    let told = details(entry);
    assert_eq!(told["before"]["name"], "Acme");
    assert_eq!(told["after"]["name"], "Acme & Co");
    assert_eq!(
        (&told["before"]["website"], &told["after"]["website"]),
        (&Value::Null, &json!("https://acme.example/"))
    );
    assert_eq!(told["after"]["contact_email"], "[redacted]");
    assert!(told["after"]["description"].as_str().unwrap().ends_with('…'));
    assert!(!entry.details_json.contains("carol") && !entry.details_json.contains("secret"));
    let [entry] = &read(&world, &alice, &alice.personal, filter).await.unwrap()[..] else { panic!("one entry") };
    assert!(!entry.details_json.contains("alice") && !entry.details_json.contains("Somebody"));
}

#[tokio::test]
async fn only_whoever_may_reads_it_and_only_what_is_of_the_organization() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let carol = world.person("carol").await;
    let other = world.team(&carol).await;
    assert_eq!(refused(read(&world, &bob, &team, AuditFilter::default()).await), "INSUFFICIENT_PERMISSIONS");
    assert_eq!(refused(read(&world, &carol, &team, AuditFilter::default()).await), "ORGANIZATION_NOT_FOUND");
    world.create_role(&alice, &team, "auditor", &["org:audit:read"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["auditor"]).await.unwrap();
    assert_eq!(all(&world, &bob, &team).await.len(), 4);
    assert!(all(&world, &carol, &other).await.iter().all(|entry| entry.organization_id.as_deref() == Some(&other)));

    let first =
        proto::ListOrganizationAuditLogRequest { organization_id: team.clone(), page_size: 1, ..Default::default() };
    let token = world.audit().list_organization_audit_log(world.by(&alice, first)).await.unwrap().into_inner();
    let elsewhere = proto::ListOrganizationAuditLogRequest {
        organization_id: other.clone(),
        page_token: token.next_page_token,
        page_size: 1,
        filter: None,
    };
    let answer = world.audit().list_organization_audit_log(world.by(&carol, elsewhere)).await;
    assert_eq!(refused(answer), "VALIDATION_ERROR");
}

#[tokio::test]
async fn entries_are_found_by_actor_action_and_time() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_admin"]).await;
    world.clock.advance(Duration::from_secs(60));
    let since = world.clock.now();
    let carol = world.person("carol").await;
    world.join(&team, &bob, &carol, &[]).await;
    let later = AuditFilter { since: Some(since.into()), ..Default::default() };
    let earlier = AuditFilter { until: Some(since.into()), ..Default::default() };
    let count = async |filter: AuditFilter| read(&world, &alice, &team, filter).await.unwrap().len();
    assert_eq!((count(later).await, count(earlier).await), (1, 2));
    assert_eq!(count(AuditFilter { actor: alice.id.clone(), ..Default::default() }).await, 1);
    assert_eq!(count(AuditFilter { action: "member.joined".to_owned(), ..Default::default() }).await, 2);
    let wrong = AuditFilter { actor: "alice".to_owned(), ..Default::default() };
    assert_eq!(refused(read(&world, &alice, &team, wrong).await), "VALIDATION_ERROR");
}

#[tokio::test]
async fn members_do_not_see_why_and_from_where_the_back_office_acts_and_the_back_office_sees_all() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let suspend = |reason: &str| proto::SuspendOrganizationRequest {
        organization_id: team.clone(),
        reason: Some(reason.to_owned()),
    };
    world.organization_administration().suspend_organization(admin.call(suspend("abuse"))).await.unwrap();
    let back = proto::ReactivateOrganizationRequest { organization_id: team.clone(), reason: None };
    world.organization_administration().reactivate_organization(admin.call(back)).await.unwrap();

    let filter = AuditFilter { action: "organization.suspended".to_owned(), ..Default::default() };
    let [seen] = &read(&world, &alice, &team, filter.clone()).await.unwrap()[..] else { panic!("one entry") };
    assert_eq!((seen.actor.as_str(), seen.reason.as_deref()), (admin.person.id.as_str(), None));
    assert_eq!((&seen.actor_session_id, &seen.ip_address, &seen.user_agent), (&None, &None, &None));
    assert_eq!(details(seen)["back_office"], true);

    let message = proto::ListAuditLogRequest { filter: Some(filter), ..Default::default() };
    let page = world.organization_administration().list_audit_log(admin.call(message)).await.unwrap().into_inner();
    assert_eq!(page.entries.len(), 1);
    assert!(page.entries[0].actor_session_id.is_some());
    assert_eq!(page.entries[0].reason.as_deref(), Some("abuse"));
    let message = proto::ListAuditLogRequest::default();
    let by_member = world.organization_administration().list_audit_log(world.by(&alice, message)).await;
    assert_eq!(refused(by_member), "FORBIDDEN");
    let two_lines = world.organization_administration().suspend_organization(admin.call(suspend("a\nb"))).await;
    assert_eq!(refused(two_lines), "VALIDATION_ERROR");
}

#[tokio::test]
async fn the_end_of_an_account_is_told_in_every_team_and_an_heir_as_well() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.evict(&alice).await.unwrap();
    let entries = all(&world, &bob, &team).await;
    let told: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.actor.as_str())).collect();
    assert!(
        told.contains(&("member.roles_set", "system")) && told.contains(&("member.departed", "system")),
        "{told:?}"
    );
    let heir = entries.iter().find(|entry| entry.action == "member.roles_set").unwrap();
    assert_eq!((heir.target_id.as_str(), details(heir)["before"].clone()), (bob.id.as_str(), json!(["seller"])));
}

#[tokio::test]
async fn everybody_reads_what_they_did_themselves_and_nothing_else() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.clock.advance(Duration::from_millis(1));
    world.set_roles(&alice, &team, &bob, &["buyer"]).await.unwrap();
    let actions = async |by: &Person| {
        let (mut actions, mut page_token) = (Vec::new(), String::new());
        loop {
            let message = proto::ListMyActionsRequest { page_size: 1, page_token };
            let page = world.audit().list_my_actions(world.by(by, message)).await.unwrap().into_inner();
            actions.extend(page.entries.into_iter().map(|entry| entry.action));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break actions;
            }
        }
    };
    assert_eq!(actions(&alice).await, ["member.roles_set", "organization.created", "organization.created"]);
    assert_eq!(actions(&bob).await, ["member.joined", "organization.created"]);
    let first = proto::ListMyActionsRequest { page_size: 1, page_token: String::new() };
    let page = world.audit().list_my_actions(world.by(&alice, first)).await.unwrap().into_inner();
    let taken = proto::ListMyActionsRequest { page_size: 1, page_token: page.next_page_token };
    assert_eq!(refused(world.audit().list_my_actions(world.by(&bob, taken)).await), "VALIDATION_ERROR");
}
