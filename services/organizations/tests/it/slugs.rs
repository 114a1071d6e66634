//! The slugs of organizations that are gone, and slugs that are reserved.

use std::time::Duration;

use contracts::organizations::v1 as proto;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use service_kit::Database;
use uuid::Uuid;

use crate::world::{World, refused, violated_fields};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Gives an organization a slug that it could not take today, as an earlier version may have done.
async fn give_slug(world: &World, organization_id: &str, slug: &str) {
    let database = Database::open(&world.database, "organizations").await.unwrap();
    let transaction = database.begin_write().await.unwrap();
    let id = organization_id.parse::<Uuid>().unwrap();
    let update =
        Query::update().table("organizations").value("slug", slug).and_where(Expr::col("id").eq(id)).to_owned();
    assert_eq!(transaction.execute(&update).await.unwrap().rows_affected(), 1);
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_slug_is_free_again_thirty_days_after_its_organization_has_gone() {
    let world = World::new().await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let first = world.create(&alice, "Acme", Some("acme")).await.unwrap();
    world.delete(&alice, &first.id).await.unwrap();
    world.clock.advance(30 * DAY);
    assert_eq!(refused(world.create(&bob, "Acme", Some("acme")).await), "ORGANIZATION_SLUG_TAKEN");
    assert_ne!(world.create(&bob, "Acme", None).await.unwrap().slug, "acme");
    world.clock.advance(Duration::from_millis(1));
    let second = world.create(&bob, "Acme", Some("acme")).await.unwrap();
    assert_eq!(second.slug, "acme");
    assert_eq!(refused(world.get(&alice, &first.id).await), "ORGANIZATION_NOT_FOUND");
    assert_eq!(refused(world.create(&alice, "Acme", Some("acme")).await), "ORGANIZATION_SLUG_TAKEN");
}

#[tokio::test]
async fn a_rename_to_a_slug_that_was_left_long_ago_is_possible() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let first = world.create(&alice, "Acme", Some("acme")).await.unwrap();
    let second = world.create(&alice, "Other", None).await.unwrap();
    world.delete(&alice, &first.id).await.unwrap();
    let change = proto::UpdateOrganizationRequest {
        organization_id: second.id.clone(),
        slug: Some("acme".to_owned()),
        ..Default::default()
    };
    let update = async || world.organizations().update_organization(world.by(&alice, change.clone())).await;
    assert_eq!(refused(update().await), "ORGANIZATION_SLUG_TAKEN");
    world.clock.advance(31 * DAY);
    assert_eq!(update().await.unwrap().into_inner().organization.unwrap().slug, "acme");
}

#[tokio::test]
async fn of_many_who_want_a_free_slug_one_gets_it() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let first = world.create(&alice, "Acme", Some("acme")).await.unwrap();
    world.delete(&alice, &first.id).await.unwrap();
    world.clock.advance(31 * DAY);
    let attempts = (0..10).map(|_| world.create(&alice, "Acme", Some("acme")));
    let outcomes = futures_util::future::join_all(attempts).await;
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for outcome in lost {
        assert_eq!(refused(outcome), "ORGANIZATION_SLUG_TAKEN");
    }
}

#[tokio::test]
async fn an_organization_keeps_a_slug_that_has_become_reserved_since() {
    let world = World::new().await;
    let root = world.administrator("system_admin").await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    give_slug(&world, &team, "adm1n").await;
    let change = |slug: &str, name: &str| proto::UpdateOrganizationRequest {
        organization_id: team.clone(),
        name: Some(name.to_owned()),
        slug: Some(slug.to_owned()),
        profile: None,
    };
    let update = async |slug: &str, name: &str| {
        let answer = world.organizations().update_organization(world.by(&alice, change(slug, name))).await;
        answer.map(|answer| answer.into_inner().organization.unwrap())
    };
    let renamed = update("adm1n", "Acme & Co").await.unwrap();
    assert_eq!((renamed.slug.as_str(), renamed.name.as_str()), ("adm1n", "Acme & Co"));
    let proto::UpdateOrganizationRequest { organization_id, name, slug, profile } = change("adm1n", "Acme");
    let by_back_office = proto::UpdateAnyOrganizationRequest { organization_id, name, slug, profile };
    assert!(world.organization_administration().update_any_organization(root.call(by_back_office)).await.is_ok());

    for reserved in ["admin", "ad-min"] {
        assert_eq!(violated_fields(&update(reserved, "Acme").await.unwrap_err()), ["slug"], "{reserved}");
    }
    assert_eq!(update("acme", "Acme").await.unwrap().slug, "acme");
    assert_eq!(violated_fields(&update("adm1n", "Acme").await.unwrap_err()), ["slug"], "it has let it go");
}
