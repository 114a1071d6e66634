//! What identity hears of narrowing changes.

use contracts::changes::v1::{Change, ChangeKind};
use contracts::organizations::v1 as proto;
use proto::WatchOrganizationChangesRequest as Watch;
use proto::organization_change_service_client::OrganizationChangeServiceClient;
use service_kit::Channel;
use test_kit::service_secrets;

use crate::back_office::{reactivate, suspend};
use crate::permissions::{definition, register};
use crate::world::{World, refused};

/// What is remembered.
async fn told(world: &World) -> Vec<Change> {
    world.changes.look().await.unwrap();
    let mut stream = client(world.channel().with_credential(&service_secrets()))
        .watch_organization_changes(Watch {})
        .await
        .unwrap()
        .into_inner();
    let first = stream.message().await.unwrap().unwrap().changes.unwrap();
    assert!(!first.has_more);
    assert_eq!(first.position, first.changes.last().map_or(0, |change| change.position));
    first.changes
}

fn client(channel: Channel) -> OrganizationChangeServiceClient<Channel> {
    OrganizationChangeServiceClient::new(channel)
}

fn change(kind: ChangeKind, user_id: &str, organization_id: &str, role_code: &str) -> Change {
    let (user_id, organization_id, role_code) = (user_id.to_owned(), organization_id.to_owned(), role_code.to_owned());
    Change { kind: kind.into(), user_id, organization_id, role_code, ..Change::default() }
}

#[tokio::test]
async fn every_kind_of_narrowing_is_told_with_whom_it_concerns() {
    let world = World::new().await;
    let (root, admin) = (world.administrator("system_admin").await, world.administrator("super_admin").await);
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    register(&world, &root, "catalog", vec![definition("items:read")], false).await.unwrap();
    let role = world.create_role(&alice, &team, "editor", &["org:read", "org:update"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["editor"]).await.unwrap();
    let before = told(&world).await.len();

    world.update_role(&alice, &role, &["org:read"]).await.unwrap();
    world.remove(&alice, &team, &bob).await.unwrap();
    suspend(&world, &admin, &team).await.unwrap();
    world.depart(&bob).await.unwrap();
    register(&world, &root, "catalog", vec![], true).await.unwrap();

    let told = told(&world).await.split_off(before);
    let positions: Vec<_> = told.iter().map(|change| change.position).collect();
    assert!(positions.windows(2).all(|pair| pair[1] == pair[0] + 1), "{positions:?}");
    assert!(told.iter().all(|change| change.made_at == Some(world.clock.now().into())));
    let plain: Vec<_> = told.into_iter().map(|change| Change { position: 0, made_at: None, ..change }).collect();
    assert_eq!(
        plain,
        [
            change(ChangeKind::Role, "", &team, "editor"),
            change(ChangeKind::Membership, &bob.id, &team, ""),
            change(ChangeKind::Organization, "", &team, ""),
            change(ChangeKind::User, &bob.id, "", ""),
            change(ChangeKind::Everything, "", "", ""),
        ]
    );
}

#[tokio::test]
async fn whoever_may_do_more_is_told_so_that_a_token_can_be_refreshed_early() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let before = told(&world).await.len();

    world.set_roles(&alice, &team, &bob, &["seller", "editor"]).await.unwrap();
    world.update_role(&alice, &role, &["org:read", "org:update"]).await.unwrap();
    world.transfer(&alice, &team, &bob).await.unwrap();

    let told: Vec<_> = told(&world).await.split_off(before);
    let plain: Vec<_> = told.into_iter().map(|change| Change { position: 0, made_at: None, ..change }).collect();
    assert_eq!(
        plain,
        [
            change(ChangeKind::MembershipWidened, &bob.id, &team, ""),
            change(ChangeKind::OrganizationWidened, "", &team, ""),
            change(ChangeKind::MembershipWidened, &bob.id, &team, ""),
            change(ChangeKind::Membership, &alice.id, &team, ""),
        ]
    );
}

#[tokio::test]
async fn there_is_no_hint_for_what_no_token_speaks_of_or_what_everybody_refreshes_anyhow() {
    let world = World::new().await;
    let admin = world.administrator("super_admin").await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let joined = told(&world).await.len();
    assert_eq!(joined, 0, "joining and making a role widen no token");

    world.set_roles(&alice, &team, &bob, &["buyer"]).await.unwrap();
    world.update_role(&alice, &role, &["org:update"]).await.unwrap();
    suspend(&world, &admin, &team).await.unwrap();
    reactivate(&world, &admin, &team).await.unwrap();

    let kinds: Vec<_> = told(&world).await.iter().map(Change::kind).collect();
    assert_eq!(kinds, [ChangeKind::Membership, ChangeKind::Role, ChangeKind::Organization]);
}

#[tokio::test]
async fn only_services_are_told() {
    let world = World::new().await;
    world.changes.look().await.unwrap();
    assert_eq!(refused(client(world.channel()).watch_organization_changes(Watch {}).await), "FORBIDDEN");
    let alice = world.person("alice").await;
    let as_alice = world.by(&alice, Watch {});
    assert_eq!(refused(client(world.channel()).watch_organization_changes(as_alice).await), "FORBIDDEN");
}

#[tokio::test]
async fn before_the_record_is_followed_whoever_asks_is_asked_to_come_again() {
    let world = World::new().await;
    let channel = world.channel().with_credential(&service_secrets());
    let mut stream = client(channel).watch_organization_changes(Watch {}).await.unwrap().into_inner();
    assert_eq!(refused(stream.message().await), "SERVICE_UNAVAILABLE");
}
