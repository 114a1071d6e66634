//! The crossing from an offer to a membership, killed between any two things that it waits for.
//!
//! Whatever a call left, the relay or the caller's retry completes it, and neither makes a second membership, an acceptance
//! without one, or a member after a withdrawal that was answered.

mod places;
mod scene;
mod stage;
mod way;

use self::scene::{Scene, State};
use self::stage::Stage;
use self::way::Way;
use crate::harness::unique;

/// Where a use of a link is durable and nobody has asked for the membership yet.
const COUNTED: &str = "JoinViaInviteLink/commit";
/// The places that turning a link off passes when somebody is about to join by it.
const WITH_A_JOIN: &str = "RevokeInviteLink with a join under way";

/// How a call ends that died.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Healing {
    /// The relay finishes it; then the caller asks again.
    ByRelay,
    /// The caller asks again at once.
    ByRetry,
}

/// Whether a call that dies here is past the commit that makes it durable.
fn has_happened(way: Way, place: &str) -> bool {
    let (places, commit) = (places::of(way.rpc()), format!("{}/commit", way.rpc()));
    let at = |wanted: &str| places.iter().position(|place| *place == wanted);
    at(&commit).is_some_and(|commit| at(place) >= Some(commit))
}

/// Asks again, and asserts that everything is as if the first call had been answered.
async fn ask_again(stage: &Stage, way: Way, scene: &Scene, what: &str) -> State {
    let answer = way.call(scene, &stage.alice, &stage.guest, "asked-again").await;
    way.check_repeated(answer.expect("an answer"), scene);
    let done = way.outcome(true, &stage.alice, &stage.guest);
    scene.becomes(&done, &stage.alice, what).await;
    if !way.is_admission() {
        let taken = way.taking().call(scene, &stage.alice, &stage.guest, "comes-late").await;
        taken.expect("an answer").refused("INVITE_REVOKED", 410);
        assert_eq!(scene.state(&stage.alice).await, done, "{what}");
    }
    done
}

/// Asserts that what was left in the outboxes has undone and repeated nothing, and what is offered no more is let go.
async fn check_later(stage: &Stage, way: Way, scene: &Scene, done: &State, what: &str) {
    if !way.is_admission() {
        scene.role_goes(&stage.alice, what).await;
    }
    assert_eq!(scene.state(&stage.alice).await, *done, "{what}");
}

async fn kill_everywhere(way: Way, healing: Healing) {
    let mut stage = Stage::set_up(&[]).await;
    let places = places::to_die_at(way.rpc());
    let mut played = Vec::new();
    let mut request_id = stage.arm(places[0]);
    stage.restart().await;
    for (at, place) in places.iter().enumerate() {
        let scene = way.open(&stage.alice, &stage.guest).await;
        stage.die(way, &scene, &request_id, place).await;

        if healing == Healing::ByRelay {
            stage.later();
        }
        match places.get(at + 1) {
            Some(next) => request_id = stage.arm(next),
            None => stage.arm_for_all(None),
        }
        stage.restart().await;
        let what = format!("{way:?} died at {place}");
        if healing == Healing::ByRelay || !way.is_admission() {
            let expected = way.outcome(has_happened(way, place), &stage.alice, &stage.guest);
            scene.becomes(&expected, &stage.alice, &what).await;
        }
        let done = ask_again(&stage, way, &scene, &what).await;
        played.push((scene, done, what));
    }

    stage.later();
    stage.restart().await;
    for (scene, done, what) in played {
        check_later(&stage, way, &scene, &done, &what).await;
    }
}

#[tokio::test]
async fn an_accept_by_token_that_died_anywhere_is_finished_by_the_relay() {
    kill_everywhere(Way::AcceptByToken, Healing::ByRelay).await;
}

#[tokio::test]
async fn an_accept_by_token_that_died_anywhere_is_finished_by_the_callers_retry() {
    kill_everywhere(Way::AcceptByToken, Healing::ByRetry).await;
}

#[tokio::test]
async fn an_accept_by_id_that_died_anywhere_is_finished_by_the_relay() {
    kill_everywhere(Way::AcceptById, Healing::ByRelay).await;
}

#[tokio::test]
async fn an_accept_by_id_that_died_anywhere_is_finished_by_the_callers_retry() {
    kill_everywhere(Way::AcceptById, Healing::ByRetry).await;
}

#[tokio::test]
async fn a_join_that_died_anywhere_is_finished_by_the_relay_and_counts_once() {
    kill_everywhere(Way::Join, Healing::ByRelay).await;
}

#[tokio::test]
async fn a_join_that_died_anywhere_is_finished_by_the_callers_retry_and_counts_once() {
    kill_everywhere(Way::Join, Healing::ByRetry).await;
}

#[tokio::test]
async fn a_withdrawal_of_an_invitation_that_died_anywhere_can_be_repeated() {
    kill_everywhere(Way::RevokeInvitation, Healing::ByRetry).await;
}

#[tokio::test]
async fn turning_off_a_link_that_died_anywhere_can_be_repeated() {
    kill_everywhere(Way::RevokeLink, Healing::ByRetry).await;
}

/// Lets the relay die at every place of its own while it finishes what a call left that died once it was durable.
async fn kill_the_relay(way: Way, topic: &str) {
    let mut stage = Stage::set_up(&[]).await;
    for place in places::to_die_at(topic) {
        let claimed = format!("{}/commit", way.rpc());
        let request_id = stage.arm(&claimed);
        stage.restart().await;
        let scene = way.open(&stage.alice, &stage.guest).await;
        stage.die(way, &scene, &request_id, &claimed).await;

        stage.later();
        stage.arm_for_all(Some(place));
        stage.restart_and_die(place).await;
        stage.later();
        stage.arm_for_all(None);
        stage.restart().await;
        let what = format!("the relay died at {place}");
        let done = way.outcome(true, &stage.alice, &stage.guest);
        scene.becomes(&done, &stage.alice, &what).await;
        ask_again(&stage, way, &scene, &what).await;
    }
}

#[tokio::test]
async fn a_relay_that_died_while_it_finished_an_accept_finishes_it_later() {
    kill_the_relay(Way::AcceptByToken, "finish-accept").await;
}

#[tokio::test]
async fn a_relay_that_died_while_it_finished_a_join_finishes_it_later() {
    kill_the_relay(Way::Join, "finish-join").await;
}

/// Withdraws the offer right after the crash, before the relay gets to it: what the answer says is final.
async fn withdraw_after_the_crash(way: Way) {
    let mut stage = Stage::set_up(&[]).await;
    for place in places::to_die_at(way.rpc()) {
        let request_id = stage.arm(place);
        stage.restart().await;
        let scene = way.open(&stage.alice, &stage.guest).await;
        stage.die(way, &scene, &request_id, place).await;
        stage.arm_for_all(None);
        stage.restart().await;
        let what = format!("withdrawn after {way:?} died at {place}");
        let withdrawing = way.withdrawing();
        let answer = withdrawing.call(&scene, &stage.alice, &stage.guest, "withdrawn").await.expect("an answer");
        let at_the_answer = scene.state(&stage.alice).await;

        stage.later();
        stage.restart().await;
        if answer.status == 204 {
            let taken = way.call(&scene, &stage.alice, &stage.guest, "asked-again").await.expect("an answer");
            if at_the_answer.members.len() == 1 {
                taken.refused("INVITE_REVOKED", 410);
                scene.role_goes(&stage.alice, &what).await;
            } else {
                way.check_repeated(taken, &scene);
            }
            assert_eq!(scene.state(&stage.alice).await, at_the_answer, "{what}: nobody joins after the answer");
        } else {
            answer.refused("INVITE_ALREADY_USED", 409);
            scene.becomes(&way.outcome(true, &stage.alice, &stage.guest), &stage.alice, &what).await;
        }
    }
}

#[tokio::test]
async fn an_invitation_withdrawn_after_a_crash_lets_nobody_in_once_that_was_answered() {
    withdraw_after_the_crash(Way::AcceptByToken).await;
}

#[tokio::test]
async fn a_link_turned_off_after_a_crash_lets_nobody_in_once_that_was_answered() {
    withdraw_after_the_crash(Way::Join).await;
}

/// Lets a join die once its use is counted, and starts again before the relay's time.
async fn leave_a_join_under_way(stage: &mut Stage) -> Scene {
    let request_id = stage.arm(COUNTED);
    stage.restart().await;
    let scene = Way::Join.open(&stage.alice, &stage.guest).await;
    stage.die(Way::Join, &scene, &request_id, COUNTED).await;
    scene
}

#[tokio::test]
async fn turning_off_a_link_with_a_join_under_way_can_die_anywhere_and_be_repeated() {
    let mut stage = Stage::set_up(&[]).await;
    for place in places::to_die_at(WITH_A_JOIN) {
        let scene = leave_a_join_under_way(&mut stage).await;
        let request_id = stage.arm(place);
        stage.restart().await;
        stage.die(Way::RevokeLink, &scene, &request_id, place).await;

        stage.arm_for_all(None);
        stage.restart().await;
        let what = format!("a link with a join under way, turned off and died at {place}");
        let done = ask_again(&stage, Way::RevokeLink, &scene, &what).await;
        stage.later();
        stage.restart().await;
        check_later(&stage, Way::RevokeLink, &scene, &done, &what).await;
    }
}

#[tokio::test]
async fn every_place_that_is_passed_is_listed() {
    let mut stage = Stage::set_up(&[("GUILDHALL_LOG", "info")]).await;
    let mut found = Vec::new();
    stage.trace();
    stage.restart().await;
    for way in Way::ALL {
        let scene = way.open(&stage.alice, &stage.guest).await;
        let request_id = format!("traces-{}", unique());
        let answer = way.call(&scene, &stage.alice, &stage.guest, &request_id).await.expect("an answer");
        way.check_repeated(answer, &scene);
        found.push((way.rpc().to_owned(), stage.passed_by(&request_id)));
    }
    for (way, topic) in [(Way::AcceptByToken, "finish-accept"), (Way::Join, "finish-join")] {
        let claimed = format!("{}/commit", way.rpc());
        let request_id = stage.arm(&claimed);
        stage.restart().await;
        let scene = way.open(&stage.alice, &stage.guest).await;
        stage.die(way, &scene, &request_id, &claimed).await;
        stage.later();
        stage.trace();
        stage.restart().await;
        scene.becomes(&way.outcome(true, &stage.alice, &stage.guest), &stage.alice, topic).await;
        found.push((topic.to_owned(), stage.passed_in(topic)));
    }
    let scene = leave_a_join_under_way(&mut stage).await;
    stage.trace();
    stage.restart().await;
    let request_id = format!("traces-{}", unique());
    let answer = Way::RevokeLink.call(&scene, &stage.alice, &stage.guest, &request_id).await.expect("an answer");
    Way::RevokeLink.check_repeated(answer, &scene);
    found.push((WITH_A_JOIN.to_owned(), stage.passed_by(&request_id)));
    places::assert_listed(&found);
}
