//! Roles that are being offered stay until the offer has ended.

use std::time::Duration;

use contracts::organizations::v1 as proto;

use crate::world::{Answer, Person, World, new_id, refused, violated_fields};

async fn open(
    world: &World,
    by: &Person,
    team: &str,
    offer_id: &str,
    role_ids: &[&str],
    expires_at: Option<prost_types::Timestamp>,
) -> Answer<proto::OpenOfferResponse> {
    let role_ids = role_ids.iter().map(ToString::to_string).collect();
    let message = proto::OpenOfferRequest {
        offer_id: offer_id.to_owned(),
        user_id: by.id.clone(),
        organization_id: team.to_owned(),
        grant: Some(proto::RoleGrant { role_ids, role: 0 }),
        expires_at,
        more_offer_ids: Vec::new(),
    };
    Ok(world.access().open_offer(message).await?.into_inner())
}

async fn close(world: &World, team: &str, offer_id: &str) {
    let message = proto::CloseOfferRequest { offer_id: offer_id.to_owned(), organization_id: team.to_owned() };
    world.access().close_offer(message).await.unwrap();
}

#[tokio::test]
async fn an_offered_role_stays_until_the_offer_is_closed() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let offer = new_id();
    for _ in 0..2 {
        let offered = open(&world, &alice, &team, &offer, &[&role.id], None).await.unwrap();
        assert_eq!(offered.granted_roles[0].id, role.id);
    }
    assert_eq!(refused(world.delete_role(&alice, &team, &role.id).await), "ROLE_IN_USE");
    close(&world, &team, &new_id()).await;
    let other = world.team(&alice).await;
    close(&world, &other, &offer).await;
    assert_eq!(refused(world.delete_role(&alice, &team, &role.id).await), "ROLE_IN_USE");
    close(&world, &team, &offer).await;
    close(&world, &team, &offer).await;
    world.delete_role(&alice, &team, &role.id).await.unwrap();
}

#[tokio::test]
async fn offers_that_are_opened_together_are_closed_one_by_one() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let team = world.team(&alice).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let offers: Vec<String> = (0..50).map(|_| new_id()).collect();
    let message = |more: &[String]| proto::OpenOfferRequest {
        offer_id: offers[0].clone(),
        user_id: alice.id.clone(),
        organization_id: team.clone(),
        grant: Some(proto::RoleGrant { role_ids: vec![role.id.clone()], role: 0 }),
        expires_at: None,
        more_offer_ids: more.to_vec(),
    };
    world.access().open_offer(message(&offers[1..])).await.unwrap();
    for (closed, offer) in offers.iter().enumerate() {
        assert_eq!(refused(world.delete_role(&alice, &team, &role.id).await), "ROLE_IN_USE", "{closed}");
        close(&world, &team, offer).await;
    }
    world.delete_role(&alice, &team, &role.id).await.unwrap();

    let (twice, many) = (offers[..2].to_vec(), (0..50).map(|_| new_id()).collect::<Vec<_>>());
    for more in [twice, many, vec!["x".to_owned()]] {
        let status = world.access().open_offer(message(&more)).await.unwrap_err();
        assert_eq!(violated_fields(&status), ["more_offer_ids"]);
    }
}

#[tokio::test]
async fn an_offer_that_expired_or_was_accepted_keeps_nothing() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let expires = world.clock.now().plus(Duration::from_secs(60));
    open(&world, &alice, &team, &new_id(), &[&role.id], Some(expires.into())).await.unwrap();
    assert_eq!(refused(world.delete_role(&alice, &team, &role.id).await), "ROLE_IN_USE");
    world.clock.advance(Duration::from_secs(60));
    world.delete_role(&alice, &team, &role.id).await.unwrap();

    let role = world.create_role(&alice, &team, "editor", &["org:read"]).await.unwrap();
    let carol = world.person("carol").await;
    let mut joining = crate::world::offer(&team, &alice, &carol, &[]);
    joining.grant = Some(proto::RoleGrant { role_ids: vec![role.id.clone()], role: 0 });
    open(&world, &alice, &team, &joining.join_id, &[&role.id], None).await.unwrap();
    world.add(joining).await.unwrap();
    world.remove(&alice, &team, &carol).await.unwrap();
    world.delete_role(&alice, &team, &role.id).await.unwrap();
    drop(bob);
}

#[tokio::test]
async fn an_offer_is_refused_like_the_invitation_that_it_stands_for() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    let role = world.create_role(&alice, &team, "editor", &["org:update"]).await.unwrap();
    let stranger = world.person("carol").await;
    for (by, organization, role_id, reason) in [
        (&bob, &team, role.id.as_str(), "ROLE_ABOVE_CALLER"),
        (&stranger, &team, &role.id, "ORGANIZATION_NOT_FOUND"),
        (&alice, &new_id(), &role.id, "ORGANIZATION_NOT_FOUND"),
        (&alice, &team, &new_id(), "ROLE_NOT_FOUND"),
        (&alice, &alice.personal, &role.id, "PERSONAL_ORGANIZATION"),
        (&alice, &team, "editor", "VALIDATION_ERROR"),
    ] {
        let answer = open(&world, by, organization, &new_id(), &[role_id], None).await;
        assert_eq!(refused(answer), reason, "{role_id}");
    }
    world.delete_role(&alice, &team, &role.id).await.unwrap();
}
