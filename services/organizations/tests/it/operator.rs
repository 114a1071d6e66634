//! What the command line of the deployment does to organizations.

use std::time::Duration;

use contracts::organizations::v1 as proto;
use organizations::{Operator, OperatorError, WhichOrganizations};
use service_kit::audit::Reason;
use service_kit::{CallOrigin, Entropy};
use uuid::Uuid;

use crate::world::{World, refused};

async fn operator(world: &World) -> Operator {
    let origin = CallOrigin::of_command("root");
    Operator::open(&world.database, world.clock.clone(), Entropy::system(), origin).await.unwrap()
}

fn because(text: &str) -> Option<Reason> {
    Reason::parse(text).unwrap()
}

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_suspension_takes_a_position_once_and_tells_who_and_why() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_member"]).await;
    let position = async || world.access_of(&bob, &team).await.map(|access| access.position);
    let before = position().await.unwrap();
    let operator = operator(&world).await;
    let given = operator.suspend(&team, because("fraud")).await.unwrap();
    assert!(given.has_changed && given.organization.status == "suspended");
    assert_eq!(refused(position().await), "ORGANIZATION_SUSPENDED");
    assert!(!operator.suspend(&given.organization.slug, None).await.unwrap().has_changed);
    world.clock.advance(Duration::from_secs(1));
    assert!(operator.unsuspend(&team, None).await.unwrap().has_changed);
    assert_eq!(position().await.unwrap(), before + 1, "what is given back takes none");

    let admin = world.administrator("system_admin").await;
    let message = proto::ListAuditLogRequest { page_size: 100, ..Default::default() };
    let log = world.organization_administration().list_audit_log(admin.call(message)).await.unwrap().into_inner();
    let by_operator: Vec<_> = log.entries.iter().filter(|entry| entry.actor == "operator").collect();
    let told: Vec<_> = by_operator.iter().map(|entry| (entry.action.as_str(), entry.reason.as_deref())).collect();
    assert_eq!(told, [("organization.reactivated", None), ("organization.suspended", Some("fraud"))]);
    assert!(by_operator.iter().all(|entry| entry.user_agent.as_deref() == Some("cli:root")), "{by_operator:?}");
    assert_eq!(world.get(&alice, &team).await.unwrap().name, given.organization.name);
}

#[tokio::test]
async fn a_personal_organization_is_left_to_its_user() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let operator = operator(&world).await;
    assert!(matches!(operator.suspend(&alice.personal, None).await, Err(OperatorError::Personal)));
    assert!(matches!(operator.delete(&alice.personal, None).await, Err(OperatorError::Personal)));
    assert!(operator.find(&alice.personal).await.unwrap().is_personal);
}

#[tokio::test]
async fn a_deleted_organization_is_gone_for_its_members_and_its_end_is_on_record() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_member"]).await;
    let operator = operator(&world).await;
    let deleted = operator.delete(&team, because("asked for")).await.unwrap();
    assert_eq!(deleted.owner_id, Some(id(&alice.id)));
    for person in [&alice, &bob] {
        assert_eq!(refused(world.get(person, &team).await), "ORGANIZATION_NOT_FOUND");
        assert_eq!(world.mine(person).await.len(), 1);
    }
    for gone in [&team, &deleted.slug, "no-such-slug"] {
        assert!(matches!(operator.find(gone).await, Err(OperatorError::NoSuchOrganization)), "{gone}");
        assert!(matches!(operator.delete(gone, None).await, Err(OperatorError::NoSuchOrganization)), "{gone}");
    }
}

#[tokio::test]
async fn what_keeps_a_user_from_going_is_told_and_nothing_is_changed() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_member"]).await;
    let operator = operator(&world).await;
    let names = |found: Vec<organizations::BlockingRecord>| found.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(names(operator.blocking_departure(id(&alice.id)).await.unwrap()), [id(&team)]);
    assert_eq!(names(operator.blocking_suspension(id(&alice.id)).await.unwrap()), [id(&team)]);
    for free in [id(&bob.id), Uuid::nil()] {
        assert!(names(operator.blocking_departure(free).await.unwrap()).is_empty());
        assert!(names(operator.blocking_suspension(free).await.unwrap()).is_empty());
    }
    assert_eq!(world.members(&alice, &team).await.unwrap().len(), 2);
    assert_eq!(world.mine(&bob).await.len(), 2);
}

#[tokio::test]
async fn lists_go_on_where_a_page_ends() {
    let world = World::new().await;
    let (alice, _, team) = world.alice_and_bob(&["org_member"]).await;
    let operator = operator(&world).await;
    let (mut found, mut last) = (Vec::new(), None);
    while let Some(organization) = operator.list(&WhichOrganizations::default(), last.as_ref(), 1).await.unwrap().pop()
    {
        found.push(organization.id);
        last = Some(organization);
    }
    assert_eq!(found.len(), 3, "two personal ones and the team");
    let organization = operator.find(&team).await.unwrap();
    let (mut members, mut last) = (Vec::new(), None);
    while let Some(member) = operator.members(&organization, last.as_ref(), 1).await.unwrap().pop() {
        members.push(member.user_id);
        last = Some(member);
    }
    assert_eq!((members.len(), members[0]), (2, id(&alice.id)));
    let (mut memberships, mut last) = (Vec::new(), None);
    while let Some(membership) = operator.memberships_of(id(&alice.id), last.as_ref(), 1).await.unwrap().pop() {
        memberships.push(membership.organization_id);
        last = Some(membership);
    }
    assert_eq!(memberships, [id(&alice.personal), id(&team)]);
}
