//! Every process is replaced in turn while people go on working, and then killed without a warning. What is asserted is what
//! they notice. In one process there is nothing to replace it by, so these sentences hold for five.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use contracts::identity::v1::GetUsersRequest;
use contracts::identity::v1::user_service_client::UserServiceClient;
use tonic::Request;

use crate::harness::{
    Api, Deployment, Fleet, Load, Person, SERVICE_SECRET, Tally, Wire, eventually, is_five, random_id,
};

/// Gateways last: those who stand in front of a service find out about it first.
const EVERY_SERVICE: [&str; 5] = ["organizations", "identity", "billing-context", "invitations", "gateway"];
const PEOPLE: usize = 3;
/// Calls that are answered before anything happens, and after each thing that does.
const CALLS_BETWEEN: usize = 100;

async fn more_answers(tally: &Tally) {
    let before = tally.answered();
    eventually("the load goes on", async || (tally.answered() >= before + CALLS_BETWEEN).then_some(())).await;
}

/// Every creation that was answered can be read, by whoever made it.
async fn everything_answered_is_there(tally: &Tally, api: &Api) {
    let teams = tally.teams.lock().expect("teams").clone();
    let invitations = tally.invitations.lock().expect("invitations").clone();
    assert!(teams.len() >= PEOPLE && invitations.len() >= PEOPLE, "{} and {}", teams.len(), invitations.len());
    for (person, id) in &teams {
        let person = person.at(api);
        assert_eq!(person.get(&format!("/orgs/{id}")).await.expect(200)["id"], id.as_str());
    }
    let mut listed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (person, team, id) in &invitations {
        if !listed.contains_key(team.as_str()) {
            listed.insert(team, every_invitation(&person.at(api), team).await);
        }
        assert!(listed[team.as_str()].contains(id), "an invitation that was answered is gone: {id}");
    }
    println!("{} teams and {} invitations are there", teams.len(), invitations.len());
}

/// Ids of all pending invitations of a team.
async fn every_invitation(person: &Person, team: &str) -> BTreeSet<String> {
    let (mut all, mut page) = (BTreeSet::new(), String::new());
    loop {
        let path = format!("/orgs/{team}/invitations?page_size=200&page_token={page}");
        let answer = person.get(&path).await.expect(200);
        let ids = answer["invitations"].as_array().expect("invitations").iter();
        all.extend(ids.map(|invitation| invitation["id"].as_str().expect("an id").to_owned()));
        page = answer["next_page_token"].as_str().expect("a token").to_owned();
        if page.is_empty() {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_replaced_under_load_and_no_request_fails() {
    if !is_five() {
        return;
    }
    let mut fleet = Fleet::start().await;
    let load = Load::begin(&fleet.api(), &Arc::new(fleet.rpc()), PEOPLE).await;
    more_answers(&load.tally).await;
    for service in EVERY_SERVICE {
        let (began, repeated) = (Instant::now(), load.tally.repeated.load(Ordering::Relaxed));
        fleet.roll(service).await;
        more_answers(&load.tally).await;
        let repeated = load.tally.repeated.load(Ordering::Relaxed) - repeated;
        println!("{service} was replaced within {:?}; {repeated} attempts were repeated", began.elapsed());
    }
    let tally = load.end().await;
    println!("{}", tally.line());
    assert_eq!(*tally.failed.lock().expect("failures"), Vec::<String>::new());
    everything_answered_is_there(&tally, &fleet.api()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_between_services_is_exchanged_under_load_and_no_call_is_refused() {
    if !is_five() {
        return;
    }
    const NEW: &str = "the-acceptance-tests-exchange-the-old-secret-for-this";
    // Every call is told, with what came of it.
    let mut fleet = Fleet::start_saying("info").await;
    let load = Load::begin(&fleet.api(), &Arc::new(fleet.rpc()), PEOPLE).await;
    more_answers(&load.tally).await;
    for secrets in [format!("{SERVICE_SECRET},{NEW}"), format!("{NEW},{SERVICE_SECRET}"), NEW.to_owned()] {
        fleet.set("GUILDHALL_SERVICE_SECRETS", &secrets);
        fleet.roll_all().await;
        more_answers(&load.tally).await;
    }
    let tally = load.end().await;
    println!("{}", tally.line());
    assert_eq!(*tally.failed.lock().expect("failures"), Vec::<String>::new());
    // Nor was any behind them that was repeated, or done without.
    let refusals = || fleet.log().replace('_', "").to_lowercase().matches("permissiondenied").count();
    assert_eq!(refusals(), 0, "{}", fleet.log());
    everything_answered_is_there(&tally, &fleet.api()).await;
    // The old one opens nothing any more, the new one does.
    for (secret, is_let_in) in [(SERVICE_SECRET, false), (NEW, true)] {
        let mut request = Request::new(GetUsersRequest { user_ids: vec![random_id()] });
        request.metadata_mut().insert("guildhall-service-credential", secret.parse().expect("a header value"));
        let outcome = UserServiceClient::new(fleet.rpc().identity()).get_users(request).await;
        assert_eq!(outcome.is_ok(), is_let_in, "{outcome:?}");
    }
    // The log does tell of it.
    assert_eq!(refusals(), 1, "{}", fleet.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_killed_under_load_and_nothing_that_was_answered_is_lost() {
    if !is_five() {
        return;
    }
    let mut deployment = Deployment::with_a_wire("gateway", "billing-context").await;
    deployment.proxy.set(Wire::Whole);
    let load = Load::begin(&deployment.api(), &Arc::new(deployment.rpc()), PEOPLE).await;
    more_answers(&load.tally).await;
    for service in EVERY_SERVICE {
        deployment.kill_9(service);
        deployment.start_again(service).await;
        let began = Instant::now();
        // Everybody's next round of calls succeeds.
        let failed = || load.tally.failed.lock().expect("failures").len();
        eventually("a whole round without a failure", async || {
            let (answered, before) = (load.tally.answered(), failed());
            eventually("a round", async || (load.tally.answered() >= answered + 60).then_some(())).await;
            (failed() == before).then_some(())
        })
        .await;
        println!("{service} was killed; everything went well again {:?} after its start", began.elapsed());
    }
    let tally = load.end().await;
    println!("{}", tally.line());
    everything_answered_is_there(&tally, &deployment.api()).await;
}
