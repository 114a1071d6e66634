//! `Operator::verify_ledgers`: whether ledgers explain balances.

use sea_orm::ConnectionTrait;
use service_kit::Database;
use uuid::Uuid;

use crate::world::{World, charge_of, deposit_of};

/// Two organizations with three entries each.
async fn world_of_two() -> (World, [Uuid; 2]) {
    let world = World::new().await;
    let organizations = [world.organization().1, world.organization().1];
    for organization in organizations {
        world.deposit(deposit_of(organization, 10)).await.unwrap();
        world.charge(charge_of(organization, 4)).await.unwrap();
        world.charge(charge_of(organization, 1)).await.unwrap();
    }
    (world, organizations)
}

async fn faults(world: &World) -> Vec<(Uuid, String)> {
    let mut faults = Vec::new();
    let operator = world.operator().await;
    let report =
        operator.verify_ledgers(|organization, fault| faults.push((organization, fault)), |_| ()).await.unwrap();
    assert_eq!(report.faults, faults.len() as u64);
    faults
}

async fn tamper(world: &World, sql: &str) {
    let database = Database::open(&world.database, "test").await.unwrap();
    let changed = database.reader().execute_unprepared(sql).await.unwrap().rows_affected();
    assert!(changed > 0, "{sql}");
}

#[tokio::test]
async fn ledgers_that_nobody_tampered_with_add_up() {
    let (world, _) = world_of_two().await;
    let report = world.operator().await.verify_ledgers(|_, _| (), |_| ()).await.unwrap();
    assert_eq!((report.organizations, report.entries, report.faults), (2, 6, 0));
}

#[tokio::test]
async fn a_changed_balance_a_changed_entry_and_a_lost_entry_are_found() {
    for (sql, sentences) in [
        (
            "UPDATE credit_accounts SET balance = 6 WHERE balance = 5",
            vec!["the account has 6, and its entries sum up to 5"],
        ),
        (
            "UPDATE ledger_entries SET amount_delta = -3 WHERE number = 2",
            vec![
                "entry 2 leaves 6, and the one before it and its amount make 7",
                "the account has 5, and its entries sum up to 6",
            ],
        ),
        (
            "DELETE FROM ledger_entries WHERE number = 3",
            vec!["the account counts 3 entries, and there are 2", "the account has 5, and its entries sum up to 6"],
        ),
        ("DELETE FROM credit_accounts", vec!["there are entries, but no account"]),
        (
            "DELETE FROM ledger_entries",
            vec!["the account counts 3 entries, and there are 0", "the account has 5, and its entries sum up to 0"],
        ),
        (
            "UPDATE ledger_entries SET number = -7 WHERE number = 1",
            vec!["entry 1 should come next, and it is entry -7", "entry -6 should come next, and it is entry 2"],
        ),
    ] {
        let (world, organizations) = world_of_two().await;
        tamper(&world, sql).await;
        let mut organizations = organizations;
        organizations.sort_unstable();
        let expected: Vec<_> = organizations
            .iter()
            .flat_map(|organization| sentences.iter().map(|sentence| (*organization, (*sentence).to_owned())))
            .collect();
        assert_eq!(faults(&world).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn one_organization_s_fault_is_told_of_that_one_alone() {
    let (world, [first, _]) = world_of_two().await;
    let mut told = Vec::new();
    world.deposit(deposit_of(first, 3)).await.unwrap();
    tamper(&world, "UPDATE credit_accounts SET balance = 9 WHERE balance = 8").await;
    let operator = world.operator().await;
    operator.verify_ledgers(|organization, _| told.push(organization), |_| ()).await.unwrap();
    assert_eq!(told, [first]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ledgers_add_up_at_every_instant_while_credits_are_charged() {
    let (world, organizations) = world_of_two().await;
    let operator = world.operator().await;
    let working: Vec<_> = (0..100)
        .map(|turn| {
            let organization = organizations[turn % 2];
            let (mut client, request) =
                (world.server_billing(), test_kit::bearer(deposit_of(organization, 1), &world.key));
            tokio::spawn(async move { client.deposit(request).await.map(|_| ()) })
        })
        .collect();
    loop {
        let is_over = working.iter().all(tokio::task::JoinHandle::is_finished);
        assert_eq!(operator.verify_ledgers(|_, _| (), |_| ()).await.unwrap().faults, 0);
        if is_over {
            break;
        }
    }
    for deposit in working {
        deposit.await.unwrap().unwrap();
    }
    assert_eq!(operator.verify_ledgers(|_, _| (), |_| ()).await.unwrap().entries, 106);
}
