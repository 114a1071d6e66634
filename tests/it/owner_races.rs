//! Owners who get rid of each other at the same moment: one of them stays.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, PASSWORD, Person, Product, Team};

/// What one owner can do to the other, or to the team, that takes an owner away.
#[derive(Clone, Copy, Debug)]
enum Exit {
    Leave,
    Demote,
    SetRoles,
    Suspend,
    Remove,
    Transfer,
}

const EXITS: [Exit; 6] = [Exit::Leave, Exit::Demote, Exit::SetRoles, Exit::Suspend, Exit::Remove, Exit::Transfer];

async fn take(exit: Exit, team: &Team, actor: &Person, other: &Person, bystander: &Person) -> Answer {
    let of_other = |rest: &str| team.path(&format!("/members/{}{rest}", other.user_id));
    match exit {
        Exit::Leave => actor.delete(&format!("/me/orgs/{}", team.id)).await,
        Exit::Demote => actor.put(&of_other("/role"), json!({ "role": "member" })).await,
        Exit::SetRoles => actor.put(&of_other("/roles"), json!({ "role_codes": ["org_member"] })).await,
        Exit::Suspend => actor.put(&of_other("/status"), json!({ "status": "suspended" })).await,
        Exit::Remove => actor.delete(&of_other("")).await,
        Exit::Transfer => {
            actor.post(&team.path("/transfer-ownership"), json!({ "new_owner_id": bystander.user_id })).await
        }
    }
}

#[tokio::test]
async fn two_owners_taking_each_other_away_leave_an_owner() {
    let api = Product::shared().await.api();
    let (one, other, bystander) = tokio::join!(
        Person::verified(&api, "one"),
        Person::registered(&api, "other"),
        Person::registered(&api, "bystander")
    );
    for first in EXITS {
        for second in EXITS {
            let team = Team::of(&one).await;
            team.admit(&one, &[&other, &bystander]).await;
            team.make(&one, &other, "owner").await;

            let (by_one, by_other) = tokio::join!(
                take(first, &team, &one, &other, &bystander),
                take(second, &team, &other, &one, &bystander)
            );
            for answer in [&by_one, &by_other] {
                assert!(answer.status < 500, "{first:?} against {second:?}: {answer:?}");
            }
            assert!(by_one.status < 300 || by_other.status < 300, "{first:?} against {second:?}: nobody came through");
            let owners = team.owners(&bystander).await;
            assert!(!owners.is_empty(), "{first:?} against {second:?} left no owner: {by_one:?} {by_other:?}");
        }
    }
}

#[tokio::test]
async fn two_owners_deleting_their_accounts_leave_an_owner() {
    let api = Product::shared().await.api();
    let bystander = Person::registered(&api, "bystander").await;
    for _ in 0..5 {
        let (one, other) = tokio::join!(Person::verified(&api, "one"), Person::registered(&api, "other"));
        let team = Team::of(&one).await;
        team.admit(&one, &[&other, &bystander]).await;
        team.make(&one, &other, "owner").await;

        let body = json!({ "password": PASSWORD, "confirmation": "DELETE" });
        let delete = async |person: &Person| {
            api.json(Method::DELETE, "/me/account", Some(&person.access_token), Some(&body)).await
        };
        let answers: [Answer; 2] = tokio::join!(delete(&one), delete(&other)).into();
        let gone = answers.iter().filter(|answer| answer.status == 204).count();
        let blocked = answers.iter().filter(|answer| answer.code() == "SOLE_OWNER").count();
        assert_eq!((gone, blocked), (1, 1), "{answers:?}");
        assert_eq!(team.owners(&bystander).await.len(), 1);
    }
}
