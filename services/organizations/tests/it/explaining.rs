//! Why a member may do something, or may not.

use contracts::organizations::v1 as proto;
use proto::AccessObstacle as Obstacle;

use crate::world::{Answer, Person, World, new_id, refused};

async fn explain(
    world: &World,
    by: &Person,
    team: &str,
    user_id: &str,
    permission: &str,
) -> Answer<proto::ExplainAccessResponse> {
    let message = proto::ExplainAccessRequest {
        organization_id: team.to_owned(),
        user_id: user_id.to_owned(),
        permission: permission.to_owned(),
    };
    Ok(world.memberships().explain_access(world.by(by, message)).await?.into_inner())
}

#[tokio::test]
async fn the_answer_names_the_roles_that_give_the_permission() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["seller"]).await;
    world.create_role(&alice, &team, "inviter", &["org:members:invite"]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["seller", "org_manager", "inviter"]).await.unwrap();

    let answer = explain(&world, &alice, &team, &bob.id, "org:members:invite").await.unwrap();
    let via: Vec<_> = answer.via.iter().map(|ground| (ground.role_code.as_str(), ground.permission.as_str())).collect();
    assert_eq!(via, [("org_manager", "org:members:invite"), ("inviter", "org:members:invite")]);
    assert_eq!((answer.allowed, answer.missing), (true, None));
    let answer = explain(&world, &alice, &team, &bob.id, "org:update").await.unwrap();
    assert_eq!((answer.allowed, answer.missing()), (false, Obstacle::Permission));
    assert!(answer.via.is_empty());
}

#[tokio::test]
async fn the_answer_names_what_stands_in_the_way_of_a_role() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&["org_manager"]).await;
    world.set_status(&alice, &team, &bob, proto::MemberStatus::Suspended).await.unwrap();
    for by in [&alice, &bob] {
        let answer = explain(&world, by, &team, &bob.id, "org:read").await.unwrap();
        assert_eq!((answer.allowed, answer.missing()), (false, Obstacle::MembershipSuspended));
        assert_eq!(answer.via.len(), 1);
    }
    world.set_status(&alice, &team, &bob, proto::MemberStatus::Active).await.unwrap();
    world.set_account(&bob, 2, false).await.unwrap();
    let answer = explain(&world, &alice, &team, &bob.id, "org:read").await.unwrap();
    assert_eq!(answer.missing(), Obstacle::UserSuspended);
}

#[tokio::test]
async fn others_are_asked_about_by_whoever_may_read_members() {
    let world = World::new().await;
    let (alice, bob, team) = world.alice_and_bob(&[]).await;
    let carol = world.person("carol").await;
    world.create_role(&alice, &team, "nothing", &[]).await.unwrap();
    world.set_roles(&alice, &team, &bob, &["nothing"]).await.unwrap();
    assert_eq!(refused(explain(&world, &bob, &team, &alice.id, "org:read").await), "INSUFFICIENT_PERMISSIONS");
    assert!(!explain(&world, &bob, &team, &bob.id, "org:read").await.unwrap().allowed);
    for stranger in [&team, &new_id()] {
        assert_eq!(refused(explain(&world, &carol, stranger, &carol.id, "org:read").await), "ORGANIZATION_NOT_FOUND");
        assert_eq!(refused(explain(&world, &carol, stranger, &bob.id, "org:read").await), "ORGANIZATION_NOT_FOUND");
    }
    for nobody in [&carol.id, &new_id()] {
        assert_eq!(refused(explain(&world, &alice, &team, nobody, "org:read").await), "MEMBER_NOT_FOUND");
    }
    for unknown in ["nobody:knows", "*", "", "ORG:READ"] {
        assert_eq!(refused(explain(&world, &alice, &team, &bob.id, unknown).await), "VALIDATION_ERROR", "{unknown}");
    }
}
