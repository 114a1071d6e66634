use contracts::billing::v1::{DepositRequest, GetBalanceRequest, ListTransactionsRequest, Plan, Transaction};
use service_kit::ErrorReason;
use test_kit::bearer;
use uuid::Uuid;

use crate::world::{World, assert_refused, deposit_of, plan, refused_fields};

const LARGEST: i64 = 9_007_199_254_740_991;

pub async fn ledger(world: &World, user: Uuid, organization: Uuid, page_size: i32) -> Vec<Transaction> {
    let (mut entries, mut page_token) = (Vec::new(), String::new());
    loop {
        let message = ListTransactionsRequest { organization_id: organization.to_string(), page_size, page_token };
        let page = world.credits().list_transactions(world.signed(user, message)).await.unwrap().into_inner();
        assert!(page.transactions.len() <= usize::try_from(page_size).unwrap());
        entries.extend(page.transactions);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return entries;
        }
    }
}

#[tokio::test]
async fn an_organization_starts_with_no_credits() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let request = world.signed(user, GetBalanceRequest { organization_id: organization.to_string() });
    let answer = world.credits().get_balance(request).await.unwrap().into_inner();
    assert_eq!((answer.balance, answer.currency.as_str()), (0, "credits"));
    assert!(ledger(&world, user, organization, 10).await.is_empty());
}

#[tokio::test]
async fn a_deposit_is_in_the_ledger_and_in_the_balance() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let request = DepositRequest { note: Some("Thanks\nfor waiting".to_owned()), ..deposit_of(organization, 250) };
    let answer = world.deposit(request.clone()).await.unwrap();
    assert_eq!(answer.new_balance, 250);
    let entry = answer.transaction.unwrap();
    assert_eq!((entry.amount_delta, entry.balance_after, entry.reason.as_str()), (250, 250, "deposit"));
    assert_eq!((entry.note, entry.request_uuid), (request.note, request.request_uuid));
    assert_eq!(world.balance(user, organization).await, 250);
}

#[tokio::test]
async fn the_ledger_is_paged_newest_first_and_sums_up_to_the_balance() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    for amount in 1..=25 {
        world.deposit(deposit_of(organization, amount)).await.unwrap();
    }
    let entries = ledger(&world, user, organization, 7).await;
    let amounts: Vec<i64> = entries.iter().map(|entry| entry.amount_delta).collect();
    assert_eq!(amounts, (1..=25).rev().collect::<Vec<_>>());
    assert_eq!(amounts.iter().sum::<i64>(), world.balance(user, organization).await);
    for pair in entries.windows(2) {
        assert_eq!(pair[0].balance_after, pair[1].balance_after + pair[0].amount_delta);
    }
}

#[tokio::test]
async fn a_page_token_of_another_organization_is_refused() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let (other_user, other) = world.organization();
    for _ in 0..2 {
        world.deposit(deposit_of(organization, 1)).await.unwrap();
    }
    let message = |organization: Uuid, page_token| ListTransactionsRequest {
        organization_id: organization.to_string(),
        page_size: 1,
        page_token,
    };
    let first = world.signed(user, message(organization, String::new()));
    let token = world.credits().list_transactions(first).await.unwrap().into_inner().next_page_token;
    let foreign = world.signed(other_user, message(other, token));
    assert_eq!(refused_fields(world.credits().list_transactions(foreign).await), ["page_token"]);
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let request = deposit_of(organization, 100);
    let first = world.deposit(request.clone()).await.unwrap();
    world.deposit(deposit_of(organization, 1)).await.unwrap();
    assert_eq!(world.deposit(request).await.unwrap(), first);
    assert_eq!(world.balance(user, organization).await, 101);
}

#[tokio::test]
async fn a_request_id_belongs_to_one_request() {
    let world = World::new().await;
    let (_, organization) = world.organization();
    let (other_user, other) = world.organization();
    let request = deposit_of(organization, 100);
    world.deposit(request.clone()).await.unwrap();

    let another_amount = DepositRequest { amount: 101, ..request.clone() };
    let another_note = DepositRequest { note: Some("x".to_owned()), ..request.clone() };
    let another_organization = DepositRequest { organization_id: other.to_string(), ..request };
    for reused in [another_amount, another_note, another_organization] {
        assert_refused(world.deposit(reused).await, ErrorReason::IdempotencyConflict);
    }
    assert_eq!(world.balance(other_user, other).await, 0);
}

#[tokio::test]
async fn amounts_and_ids_out_of_bounds_are_named() {
    let world = World::new().await;
    for amount in [0, -1, LARGEST + 1, i64::MIN, i64::MAX] {
        assert_eq!(refused_fields(world.deposit(deposit_of(Uuid::now_v7(), amount)).await), ["amount"]);
    }
    let request = DepositRequest {
        organization_id: "acme".to_owned(),
        amount: 0,
        request_uuid: "{01890a5d-ac96-774b-bcce-b302099a8057}".to_owned(),
        note: Some("\0".to_owned()),
    };
    assert_eq!(refused_fields(world.deposit(request).await), ["organization_id", "amount", "request_uuid", "note"]);
    let request = DepositRequest { note: Some("n".repeat(501)), ..deposit_of(Uuid::now_v7(), 1) };
    assert_eq!(refused_fields(world.deposit(request).await), ["note"]);
}

#[tokio::test]
async fn a_balance_cannot_grow_beyond_what_json_keeps_exactly() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    world.deposit(deposit_of(organization, LARGEST)).await.unwrap();
    assert_eq!(refused_fields(world.deposit(deposit_of(organization, 1)).await), ["amount"]);
    world.offer(vec![Plan { credits_amount: 1, ..plan("pro") }]).await;
    assert_eq!(refused_fields(world.grant(organization, "pro").await), ["plan_code"]);
    assert_eq!(world.entitlement(organization).await.features, Vec::<String>::new());
    assert_eq!(world.balance(user, organization).await, LARGEST);
    assert_eq!(ledger(&world, user, organization, 10).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_copies_of_a_deposit_at_once_are_one_deposit() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let request = deposit_of(organization, 7);
    let copies: Vec<_> = (0..100)
        .map(|_| {
            let (mut client, request) = (world.server_billing(), bearer(request.clone(), &world.key));
            tokio::spawn(async move { client.deposit(request).await.unwrap().into_inner() })
        })
        .collect();
    let mut answers = Vec::new();
    for copy in copies {
        answers.push(copy.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(ledger(&world, user, organization, 10).await.len(), 1);
    assert_eq!(world.balance(user, organization).await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn deposits_at_once_all_count() {
    let world = World::new().await;
    let (user, organization) = world.organization();
    let deposits: Vec<_> = (1..=50)
        .map(|amount| {
            let (mut client, request) = (world.server_billing(), bearer(deposit_of(organization, amount), &world.key));
            tokio::spawn(async move { client.deposit(request).await.unwrap() })
        })
        .collect();
    for deposit in deposits {
        deposit.await.unwrap();
    }
    let entries = ledger(&world, user, organization, 200).await;
    assert_eq!(entries.len(), 50);
    assert_eq!(entries.iter().map(|entry| entry.amount_delta).sum::<i64>(), 1275);
    assert_eq!(world.balance(user, organization).await, 1275);
    world.assert_ledgers_add_up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_that_reuse_one_request_id_at_once_get_one_deposit() {
    let world = World::new().await;
    for _ in 0..5 {
        let request_uuid = Uuid::now_v7().to_string();
        let pairs: Vec<_> = (0..8).map(|_| world.organization()).collect();
        let deposits: Vec<_> = pairs
            .iter()
            .map(|(_, organization)| {
                let mut client = world.server_billing();
                let request = DepositRequest { request_uuid: request_uuid.clone(), ..deposit_of(*organization, 3) };
                let request = bearer(request, &world.key);
                tokio::spawn(async move { client.deposit(request).await })
            })
            .collect();
        let mut successes = 0;
        for deposit in deposits {
            match deposit.await.unwrap() {
                Ok(_) => successes += 1,
                refused => assert_refused(refused, ErrorReason::IdempotencyConflict),
            }
        }
        assert_eq!(successes, 1);
        let mut sum = 0;
        for (user, organization) in pairs {
            sum += world.balance(user, organization).await;
        }
        assert_eq!(sum, 3);
    }
}
