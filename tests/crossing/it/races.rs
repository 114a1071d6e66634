//! Hundreds of races of the guest's coming in against each of its rivals.

use std::collections::BTreeMap;
use std::sync::Arc;

use service_kit::Entropy;
use tokio::task::JoinSet;

use crate::contest::{Contest, Side, Start};
use crate::entry::Entry;
use crate::house::House;
use crate::orders;
use crate::places::Place;
use crate::rival::Rival;
use crate::scene::{Cast, Scene};

const LANES: u64 = 3;
const RACES_OF_A_LANE: u64 = 67;

/// Every place of either side, as they are when nobody disturbs it.
async fn places(contest: Contest, house: &House) -> BTreeMap<bool, Vec<Place>> {
    let mut cast = Cast::of(house).await;
    let of_guest = contest.places(Side::Guest, house, &cast).await;
    if contest.rival.uses_the_guest_up() {
        cast = Cast::of(house).await;
    }
    BTreeMap::from([(true, of_guest), (false, contest.places(Side::Rival, house, &cast).await)])
}

/// By chance who begins, where the other does, and whether it is waited for.
fn draw(chance: &Entropy, places: &BTreeMap<bool, Vec<Place>>) -> Start {
    let guest_leads = chance.below(2) == 0;
    let among = &places[&guest_leads];
    let place = among[usize::try_from(chance.below(among.len() as u64)).unwrap()].clone();
    let waits = !place.is_locking && chance.below(2) == 0;
    Start { leader: if guest_leads { Side::Guest } else { Side::Rival }, place, waits }
}

async fn race(entry: Entry, rival: Rival) {
    let contest = Contest { entry, rival };
    let house = Arc::new(House::new().await);
    let places = Arc::new(places(contest, &house).await);
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let (house, places) = (Arc::clone(&house), Arc::clone(&places));
        lanes.spawn(async move {
            let mut cast = Cast::of(&house).await;
            let mut played = Vec::new();
            for seed in lane * RACES_OF_A_LANE..(lane + 1) * RACES_OF_A_LANE {
                let start = draw(&Entropy::seeded(seed), &places);
                played.push(contest.run(&house, &cast, &start, seed).await);
                if rival.uses_the_guest_up() {
                    cast = Cast::of(&house).await;
                }
            }
            played
        });
    }
    let played: Vec<(usize, Scene)> = lanes.join_all().await.into_iter().flatten().collect();

    let allowed = orders::of(entry, rival);
    let mut times = vec![0; allowed.len()];
    for (outcome, _) in &played {
        times[*outcome] += 1;
    }
    println!("{entry:?} against {rival:?}: {times:?} of {allowed:?}");
    // The first line is the guest's being first; which of the others it is depends on how far the guest had come.
    let others: i32 = times[1..].iter().sum();
    assert!(times[0] > 10 && others > 10, "dull races of {contest:?}: {times:?} of {allowed:?}");

    // What was left for later changes nothing of it.
    house.deliver_later().await;
    for (outcome, scene) in played {
        assert_eq!(scene.state(&house).await, allowed[outcome].2, "{contest:?}, later");
    }
}

macro_rules! races {
    ($($sentence:ident: $entry:ident, $rival:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $sentence() {
            race(Entry::$entry, Rival::$rival).await;
        }
    )*};
}

races! {
    an_accept_against_its_withdrawal: ByToken, Withdraw;
    an_accept_by_id_against_its_withdrawal: ById, Withdraw;
    an_accept_against_the_demotion_of_the_inviter: ByToken, DemoteInviter;
    an_accept_against_the_removal_of_the_inviter: ById, RemoveInviter;
    an_accept_against_the_suspension_of_the_inviter: ByToken, SuspendInviter;
    an_accept_against_the_deletion_of_the_organization: ById, DeleteOrganization;
    an_accept_against_the_deletion_of_the_account: ByToken, DeleteAccount;
    an_accept_against_another_invitation_of_the_address: ByToken, Supersede;
    an_accept_against_its_refusal_by_the_same_person: ById, Decline;
    a_join_against_the_turning_off_of_the_link: ByLink, Withdraw;
    a_join_against_the_demotion_of_the_inviter: ByLink, DemoteInviter;
    a_join_against_the_removal_of_the_inviter: ByLink, RemoveInviter;
    a_join_against_the_deletion_of_the_organization: ByLink, DeleteOrganization;
    a_join_against_the_deletion_of_the_account: ByLink, DeleteAccount;
}
