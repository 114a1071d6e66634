//! Administrators against each other; one must be left.

use contracts::identity::v1 as proto;
use identity::Operator;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tonic::Status;

use crate::platform_roles::set_roles;
use crate::suspending::suspend;
use crate::world::{PASSWORD, Person, World, address};

const ROUNDS: usize = 60;

#[derive(Clone, Copy, Debug)]
enum Exit {
    DemoteTheOther,
    SuspendTheOther,
    DeleteMyself,
    RevokedByTheOperator,
}

const EXITS: [Exit; 4] = [Exit::DemoteTheOther, Exit::SuspendTheOther, Exit::DeleteMyself, Exit::RevokedByTheOperator];

async fn take(
    world: &World,
    operator: &Operator,
    exit: Exit,
    me: (&Person, &str),
    other: &Person,
) -> Result<(), Status> {
    let (me, email) = me;
    match exit {
        Exit::DemoteTheOther => set_roles(world, me, &other.id, &[]).await.map(|_| ()),
        Exit::SuspendTheOther => suspend(world, me, &other.id).await.map(|_| ()),
        Exit::DeleteMyself => {
            let request =
                proto::DeleteAccountRequest { password: PASSWORD.to_owned(), confirmation: "DELETE".to_owned() };
            world.account().delete_account(me.call(request)).await.map(|_| ())
        }
        Exit::RevokedByTheOperator => {
            let revoked = operator.revoke(&address(email), "system_admin").await;
            revoked.map(|_| ()).map_err(|error| Status::failed_precondition(error.to_string()))
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_system_admins_who_go_at_once_one_remains() {
    let world = World::new().await;
    let operator = world.operator().await;
    for round in 0..ROUNDS {
        for (number, second) in EXITS.into_iter().enumerate() {
            let first = EXITS[(round + number) % EXITS.len()];
            let emails = [format!("a{round}.{number}@example.com"), format!("b{round}.{number}@example.com")];
            let [alice, bob] = [
                world.administrator_by(&operator, &emails[0], "system_admin").await,
                world.administrator_by(&operator, &emails[1], "system_admin").await,
            ];
            // Whoever was left by the round before is none of this one's.
            for left in operator.list().await.unwrap() {
                if !emails.contains(&left.email) {
                    operator.revoke(&address(&left.email), "system_admin").await.unwrap();
                }
            }
            let (by_alice, by_bob) = tokio::join!(
                take(&world, &operator, first, (&alice, &emails[0]), &bob),
                take(&world, &operator, second, (&bob, &emails[1]), &alice)
            );
            let active = operator.list().await.unwrap().into_iter().filter(|it| it.is_active).count();
            let what = format!("{first:?} ({by_alice:?}) beside {second:?} ({by_bob:?})");
            assert!(active >= 1, "{what}: nobody is left");
            assert!(by_alice.is_ok() || by_bob.is_ok(), "{what}: one of the two goes first and succeeds");
            for refused in [by_alice, by_bob].into_iter().filter_map(Result::err) {
                let reason = reason_of(&refused);
                let is_expected = matches!(
                    reason,
                    Some(
                        ErrorReason::Forbidden
                            | ErrorReason::Conflict
                            | ErrorReason::TokenRevoked
                            | ErrorReason::UserNotFound
                    )
                );
                let is_by_operator = refused.message().contains("last active system administrator");
                assert!(is_expected || is_by_operator, "{what}: {refused:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_suspensions_of_one_user_are_one() {
    let world = World::new().await;
    let admin = world.administrator("admin@example.com", "super_admin").await;
    for round in 0..10 {
        let bob = world.person(&format!("bob{round}@example.com")).await;
        let calls = (0..8).map(|_| suspend(&world, &admin, &bob.id));
        let mut told = 0;
        for answer in futures_of(calls).await {
            told += usize::from(answer.unwrap().position > 0);
        }
        assert!(told >= 1);
        let of_bob =
            |entry: &contracts::audit::v1::AuditEntry| entry.target_id == bob.id && entry.action == "user.suspended";
        let log = crate::audit_log::read(&world, &admin, proto::ListAuditLogRequest::default()).await.unwrap();
        assert_eq!(log.entries.iter().filter(|entry| of_bob(entry)).count(), 1);
    }
}

/// All of them at once on this task: they meet in the services' tasks.
async fn futures_of<T>(calls: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pinned: Vec<_> = calls.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (call, done) in pinned.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(answer) = call.as_mut().poll(context)
            {
                *done = Some(answer);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
