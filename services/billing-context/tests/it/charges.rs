//! Charges, and the overdraft that lets them go below zero.

use contracts::billing::v1::{ChargeRequest, GetAnyBalanceRequest, GetAnySubscriptionRequest, SubscriptionStatus};
use contracts::billing::v1::{DepositRequest, ListAnyTransactionsRequest};
use service_kit::{Database, ErrorReason};
use test_kit::bearer;
use uuid::Uuid;

use crate::credits::ledger;
use crate::world::{World, assert_refused, charge_of, deposit_of, detail, plan, refused_fields};

const LARGEST: i64 = 9_007_199_254_740_991;

#[tokio::test]
async fn a_charge_takes_credits_and_is_in_the_ledger() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.deposit(deposit_of(organization, 100)).await.unwrap();
    let request = ChargeRequest { note: Some("three pages".to_owned()), ..charge_of(organization, 30) };
    let answer = world.charge(request.clone()).await.unwrap();
    assert_eq!(answer.new_balance, 70);
    let entry = answer.transaction.unwrap();
    assert_eq!((entry.amount_delta, entry.balance_after, entry.reason.as_str()), (-30, 70, "charge"));
    assert_eq!((entry.note, entry.request_uuid), (request.note, request.request_uuid));
    assert_eq!(world.balance(user, organization).await, 70);
    assert_eq!(ledger(&world, user, organization, 10).await.len(), 2);
}

#[tokio::test]
async fn whoever_has_too_little_is_told_how_much_and_keeps_it() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.deposit(deposit_of(organization, 5)).await.unwrap();
    let request = charge_of(organization, 6);
    let refused = world.charge(request.clone()).await;
    assert_eq!(detail(&refused, "balance").as_deref(), Some("5"));
    assert_refused(refused, ErrorReason::InsufficientBalance);
    assert_eq!(world.balance(user, organization).await, 5);

    world.deposit(deposit_of(organization, 1)).await.unwrap();
    assert_eq!(world.charge(request).await.unwrap().new_balance, 0, "a refusal does not use the request id up");
    assert_refused(world.charge(charge_of(organization, LARGEST)).await, ErrorReason::InsufficientBalance);
}

#[tokio::test]
async fn a_request_id_belongs_to_one_operation() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let deposit = deposit_of(organization, 10);
    world.deposit(deposit.clone()).await.unwrap();
    let charge = ChargeRequest { request_uuid: deposit.request_uuid, ..charge_of(organization, 10) };
    assert_refused(world.charge(charge).await, ErrorReason::IdempotencyConflict);

    let charge = charge_of(organization, 4);
    let first = world.charge(charge.clone()).await.unwrap();
    let deposit = DepositRequest { request_uuid: charge.request_uuid.clone(), ..deposit_of(organization, 4) };
    assert_refused(world.deposit(deposit).await, ErrorReason::IdempotencyConflict);
    let more = ChargeRequest { amount: 5, ..charge.clone() };
    assert_refused(world.charge(more).await, ErrorReason::IdempotencyConflict);
    assert_eq!(world.charge(charge).await.unwrap(), first);
    assert_eq!(world.balance(user, organization).await, 6);
}

#[tokio::test]
async fn amounts_out_of_bounds_are_named() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    for amount in [0, -1, LARGEST + 1, i64::MIN, i64::MAX] {
        assert_eq!(refused_fields(world.charge(charge_of(organization, amount)).await), ["amount"]);
    }
    for limit in [-1, LARGEST + 1, i64::MIN, i64::MAX] {
        assert_eq!(refused_fields(world.set_overdraft(organization, limit).await), ["limit"]);
    }
}

#[tokio::test]
async fn an_overdraft_lets_charges_go_that_far_below_zero() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let (_, neighbour) = world.organization();
    assert_eq!(world.set_overdraft(organization, 50).await.unwrap(), 0);
    assert_eq!(world.charge(charge_of(organization, 50)).await.unwrap().new_balance, -50);
    let refused = world.charge(charge_of(organization, 1)).await;
    assert_eq!(detail(&refused, "balance").as_deref(), Some("-50"));
    assert_refused(refused, ErrorReason::InsufficientBalance);
    assert_refused(world.charge(charge_of(neighbour, 1)).await, ErrorReason::InsufficientBalance);

    assert_eq!(world.set_overdraft(organization, 10).await.unwrap(), -50, "what is owed stays");
    assert_eq!(world.deposit(deposit_of(organization, 45)).await.unwrap().new_balance, -5);
    assert_eq!(world.charge(charge_of(organization, 5)).await.unwrap().new_balance, -10);
    assert_refused(world.charge(charge_of(organization, 1)).await, ErrorReason::InsufficientBalance);
    assert_eq!(world.balance(user, organization).await, -10);

    let message = GetAnyBalanceRequest { organization_id: organization.to_string() };
    let answer = world.server_billing().get_any_balance(bearer(message, &world.key)).await.unwrap().into_inner();
    assert_eq!((answer.balance, answer.overdraft_limit, answer.currency.as_str()), (-10, 10, "credits"));

    assert_eq!(world.set_overdraft(organization, LARGEST).await.unwrap(), -10);
    assert_eq!(world.charge(charge_of(organization, LARGEST - 10)).await.unwrap().new_balance, -LARGEST);
    world.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn an_overdraft_is_for_the_back_office_and_for_organizations_that_exist() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    assert_refused(world.set_overdraft(Uuid::now_v7(), 1).await, ErrorReason::OrganizationNotFound);
    world.organizations.administrators.lock().unwrap().clear();
    assert_refused(world.set_overdraft(organization, 1).await, ErrorReason::Forbidden);
    assert_eq!(world.balance(user, organization).await, 0);
}

#[tokio::test]
async fn an_organization_that_does_not_exist_gets_no_account() {
    let world = World::new().await;
    let nothing = Uuid::now_v7();
    assert_refused(world.deposit(deposit_of(nothing, 1)).await, ErrorReason::OrganizationNotFound);
    assert_refused(world.charge(charge_of(nothing, 1)).await, ErrorReason::OrganizationNotFound);
    let organization_id = nothing.to_string();
    let message = GetAnyBalanceRequest { organization_id: organization_id.clone() };
    let refused = world.server_billing().get_any_balance(bearer(message, &world.key)).await;
    assert_refused(refused, ErrorReason::OrganizationNotFound);
    let message = ListAnyTransactionsRequest { organization_id: organization_id.clone(), ..Default::default() };
    let refused = world.server_billing().list_any_transactions(bearer(message, &world.key)).await;
    assert_refused(refused, ErrorReason::OrganizationNotFound);
    let message = GetAnySubscriptionRequest { organization_id };
    let refused = world.server_billing().get_any_subscription(bearer(message, &world.key)).await;
    assert_refused(refused, ErrorReason::OrganizationNotFound);
    let report = world.operator().await.verify_ledgers(|_, _| (), |_| ()).await.unwrap();
    assert_eq!((report.organizations, report.entries), (0, 0));
}

#[tokio::test]
async fn an_organization_that_has_ended_is_billed_nothing_and_owes_no_more_than_before() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.deposit(deposit_of(organization, 5)).await.unwrap();
    // Billing has heard of the end, and an answer that there is such an organization was on its way.
    world.organizations.ended.lock().unwrap().push(organization);
    world.do_periodic_work().await;
    assert_refused(world.charge(charge_of(organization, 1)).await, ErrorReason::OrganizationNotFound);
    assert_refused(world.deposit(deposit_of(organization, 1)).await, ErrorReason::OrganizationNotFound);
    assert_refused(world.set_overdraft(organization, 10).await, ErrorReason::OrganizationNotFound);
    world.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn while_organizations_is_away_a_charge_can_be_repeated_later() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.deposit(deposit_of(organization, 1)).await.unwrap();
    let request = charge_of(organization, 1);
    world.organizations.is_down.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_refused(world.charge(request.clone()).await, ErrorReason::ServiceUnavailable);
    world.organizations.is_down.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(world.charge(request).await.unwrap().new_balance, 0);
}

#[tokio::test]
async fn a_key_reads_ledger_and_subscription_of_any_organization() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    for _ in 0..3 {
        world.deposit(deposit_of(organization, 1)).await.unwrap();
    }
    let message =
        |page_token| ListAnyTransactionsRequest { organization_id: organization.to_string(), page_size: 2, page_token };
    let page = |page_token| {
        let (mut client, request) = (world.server_billing(), bearer(message(page_token), &world.key));
        async move { client.list_any_transactions(request).await.unwrap().into_inner() }
    };
    let first = page(String::new()).await;
    let second = page(first.next_page_token.clone()).await;
    assert_eq!((first.transactions.len(), second.transactions.len()), (2, 1));
    assert!(second.next_page_token.is_empty());
    let all: Vec<_> = first.transactions.into_iter().chain(second.transactions).collect();
    assert_eq!(all, ledger(&world, user, organization, 10).await);

    let subscription = async || {
        let message = GetAnySubscriptionRequest { organization_id: organization.to_string() };
        let answer = world.server_billing().get_any_subscription(bearer(message, &world.key)).await.unwrap();
        answer.into_inner().subscription.unwrap()
    };
    assert_eq!(subscription().await.status(), SubscriptionStatus::None);
    world.offer(vec![plan("pro")]).await;
    world.grant(organization, "pro").await.unwrap();
    assert_eq!(subscription().await.plan_code.as_deref(), Some("pro"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_charges_of_one_at_once_a_hundred_credits_let_exactly_a_hundred_through() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.deposit(deposit_of(organization, 100)).await.unwrap();
    let charges: Vec<_> = (0..200)
        .map(|_| {
            let (mut client, request) = (world.server_billing(), bearer(charge_of(organization, 1), &world.key));
            tokio::spawn(async move { client.charge(request).await })
        })
        .collect();
    let (mut left, mut refusals) = (Vec::new(), 0);
    for charge in charges {
        match charge.await.unwrap() {
            Ok(answer) => left.push(answer.into_inner().new_balance),
            refused => {
                assert_eq!(detail(&refused, "balance").as_deref(), Some("0"));
                assert_refused(refused, ErrorReason::InsufficientBalance);
                refusals += 1;
            }
        }
    }
    left.sort_unstable();
    assert_eq!(left, (0..100).collect::<Vec<_>>());
    assert_eq!(refusals, 100);
    assert_eq!(world.balance(user, organization).await, 0);
    assert_eq!(ledger(&world, user, organization, 200).await.len(), 101);
    world.assert_ledgers_add_up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_copies_of_a_charge_at_once_are_one_charge_with_one_answer() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.deposit(deposit_of(organization, 10)).await.unwrap();
    let request = charge_of(organization, 7);
    let copies: Vec<_> = (0..100)
        .map(|_| {
            let (mut client, request) = (world.server_billing(), bearer(request.clone(), &world.key));
            tokio::spawn(async move { client.charge(request).await.unwrap().into_inner() })
        })
        .collect();
    let mut answers = Vec::new();
    for copy in copies {
        answers.push(copy.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(ledger(&world, user, organization, 10).await.len(), 2);
    assert_eq!(world.balance(user, organization).await, 3);
    world.assert_ledgers_add_up().await;
}

#[tokio::test]
async fn the_database_itself_lets_no_balance_grow_beyond_what_json_keeps_exactly() {
    use sea_orm::ConnectionTrait;
    let world = World::new().await;
    let (_, organization) = world.organization();
    world.deposit(deposit_of(organization, 1)).await.unwrap();
    let database = Database::open(&world.database, "test").await.unwrap();
    for change in ["balance = 9007199254740992", "balance = -9007199254740992", "overdraft_limit = -1"] {
        let sql = format!("UPDATE credit_accounts SET {change}");
        assert!(database.reader().execute_unprepared(&sql).await.is_err(), "{change}");
    }
}

#[tokio::test]
async fn a_suspended_organization_is_charged_nothing_and_may_be_read_and_given() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.deposit(deposit_of(organization, 10)).await.unwrap();
    let before = charge_of(organization, 4);
    let charged = world.charge(before.clone()).await.unwrap();
    world.organizations.suspended.lock().unwrap().insert(organization);
    let refused = charge_of(organization, 1);
    assert_refused(world.charge(refused.clone()).await, ErrorReason::OrganizationSuspended);
    assert_eq!(world.charge(before).await.unwrap(), charged, "a program that asks again gets its answer");
    assert_eq!(world.deposit(deposit_of(organization, 5)).await.unwrap().new_balance, 11);
    let request = GetAnyBalanceRequest { organization_id: organization.to_string() };
    let balance = world.server_billing().get_any_balance(bearer(request, &world.key)).await.unwrap();
    assert_eq!(balance.into_inner().balance, 11);

    world.organizations.suspended.lock().unwrap().clear();
    assert_eq!(world.charge(refused).await.unwrap().new_balance, 10);
    assert_eq!(world.balance(user, organization).await, 10);
}
