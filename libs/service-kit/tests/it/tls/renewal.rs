//! Files change while calls are made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use service_kit::{Channel, Tls};
use test_kit::{Authority, put};
use tokio::task::JoinHandle;

use super::party::Party;
use crate::hosting::Served;
use crate::stub::{Stub, ask, message};

/// Calls without a pause, each over a connection of its own.
struct Calls {
    answered: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    calling: JoinHandle<Vec<String>>,
}

impl Calls {
    fn begin(url: &str, tls: &Tls) -> Self {
        let (answered, is_over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let (url, tls) = (url.to_owned(), tls.clone());
        let (counted, ending) = (Arc::clone(&answered), Arc::clone(&is_over));
        let calling = tokio::spawn(async move {
            let mut failed = Vec::new();
            while !ending.load(Ordering::Relaxed) {
                match ask(&Channel::remote_over(&url, &tls).unwrap(), message("")).await {
                    Ok(_) => drop(counted.fetch_add(1, Ordering::Relaxed)),
                    Err(status) => failed.push(status.to_string()),
                }
            }
            failed
        });
        Self { answered, is_over, calling }
    }

    /// Whole calls that began from now on.
    async fn go_on(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        while self.answered.load(Ordering::Relaxed) < before + 5 && !self.calling.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    async fn end_without_a_failure(self) {
        self.is_over.store(true, Ordering::Relaxed);
        assert_eq!(self.calling.await.unwrap(), Vec::<String>::new());
    }
}

/// Waits until a certificate of this year is shown: the process looks by itself.
async fn is_shown(party: &Party, ends: i64) {
    while party.tls.files()[0].ends != ends {
        tokio::task::yield_now().await;
    }
}

const START_OF_2080: i64 = 3_471_292_800;

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_renewed_on_both_sides_without_a_failed_call() {
    let authority = Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let calls = Calls::begin(&served.grpc, &caller.tls);
    calls.go_on().await;
    shop.renew(&authority.issue_until(&["127.0.0.1"], 2080));
    is_shown(&shop, START_OF_2080).await;
    calls.go_on().await;
    caller.renew(&authority.issue_until(&["caller"], 2080));
    caller.tls.look_again();
    assert_eq!(caller.tls.files()[0].ends, START_OF_2080);
    calls.go_on().await;
    calls.end_without_a_failure().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_is_changed_without_a_failed_call_where_both_are_believed_first() {
    let (old, new) = (Authority::new(), Authority::new());
    let (shop, caller) = (Party::new(&old, &["127.0.0.1"]), Party::new(&old, &["caller"]));
    let look = || [&shop, &caller].map(|party| party.tls.look_again());
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let calls = Calls::begin(&served.grpc, &caller.tls);
    calls.go_on().await;
    for party in [&shop, &caller] {
        party.believe(&[&old, &new]);
    }
    look();
    calls.go_on().await;
    shop.renew(&new.issue(&["127.0.0.1"]));
    caller.renew(&new.issue(&["caller"]));
    look();
    calls.go_on().await;
    for party in [&shop, &caller] {
        party.believe(&[&new]);
    }
    look();
    calls.go_on().await;
    calls.end_without_a_failure().await;
    let of_before = Party::new(&old, &["caller"]);
    of_before.believe(&[&new]);
    of_before.tls.look_again();
    ask(&Channel::remote_over(&served.grpc, &of_before.tls).unwrap(), message("")).await.unwrap_err();
}

#[tokio::test]
async fn what_is_half_written_is_not_used_and_told_only_if_it_stays_so() {
    let authority = Authority::new();
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    let called = async || ask(&Channel::remote_over(&served.grpc, &caller.tls).unwrap(), message("")).await;
    let failures = || caller.tls.files().iter().map(|state| state.failures).collect::<Vec<_>>();
    let renewed = authority.issue_until(&["caller"], 2080);

    put(&caller.place("tls.crt"), &renewed.certificate_pem());
    caller.tls.look_again();
    assert_eq!(failures(), [0, 0, 0], "the key may be on its way");
    called().await.unwrap();
    put(&caller.place("tls.key"), &renewed.key_pem());
    caller.tls.look_again();
    assert_eq!(caller.tls.files()[0].ends, START_OF_2080);
    called().await.unwrap();

    let half = authority.pem().split_off(100);
    put(&caller.place("ca.crt"), &half);
    std::fs::remove_file(caller.place("tls.key")).unwrap();
    for _ in 0..5 {
        caller.tls.look_again();
    }
    assert_eq!(failures(), [1, 1, 1], "each content counts once, however often it is looked at");
    called().await.unwrap();
}

#[tokio::test]
async fn a_service_of_an_authority_that_is_not_believed_is_called_once_it_is() {
    let (authority, wrong) = (Authority::new(), Authority::new());
    let (shop, caller) = (Party::new(&authority, &["127.0.0.1"]), Party::new(&authority, &["caller"]));
    let served = Served::start_over(Stub::echo().open(), &shop.tls).await;
    caller.believe(&[&wrong]);
    caller.tls.look_again();
    let channel = Channel::remote_over(&served.grpc, &caller.tls).unwrap();
    ask(&channel, message("")).await.unwrap_err();
    caller.believe(&[&authority]);
    caller.tls.look_again();
    while ask(&channel, message("")).await.is_err() {
        tokio::task::yield_now().await;
    }
}
