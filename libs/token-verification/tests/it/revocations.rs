//! Which change refuses which token.

use serde_json::json;
use token_verification::OwningService::{Billing, Identity, Organizations};
use token_verification::{Event, Positions, RevocationFeed, Subject, VerifyError};

use crate::issuer::{claims_with, claims_without};
use crate::wire::{
    EPOCH, Hearer, ORGANIZATION, SEEN, SESSION, STRANGER, USER, batch, batch_of, event, id, knowing, membership,
    session,
};

fn user(position: i64, user: u8, ended: bool) -> Event {
    event(Identity, position, Subject::User { user_id: id(user), ended })
}

fn organization(position: i64, organization: u8) -> Event {
    event(Organizations, position, Subject::Organization { organization_id: id(organization) })
}

fn role(position: i64, organization: u8, role_code: &str) -> Event {
    let subject = Subject::Role { organization_id: id(organization), role_code: role_code.to_owned() };
    event(Organizations, position, subject)
}

fn entitlement(position: i64, organization: u8) -> Event {
    event(Billing, position, Subject::Entitlement { organization_id: id(organization) })
}

/// Each change that concerns the usual token and that it doesn't know, with what becomes of it.
fn narrowing() -> Vec<(Event, VerifyError)> {
    vec![
        (session(4, SESSION), VerifyError::Revoked),
        (user(4, USER, true), VerifyError::Revoked),
        (user(4, USER, false), VerifyError::Stale),
        (event(Organizations, 6, Subject::User { user_id: id(USER), ended: true }), VerifyError::Stale),
        (membership(6, USER, ORGANIZATION), VerifyError::Stale),
        (organization(6, ORGANIZATION), VerifyError::Stale),
        (role(6, ORGANIZATION, "seller"), VerifyError::Stale),
        (entitlement(9, ORGANIZATION), VerifyError::Stale),
        (event(Identity, 4, Subject::All), VerifyError::Stale),
        (event(Organizations, 6, Subject::All), VerifyError::Stale),
        (event(Billing, 9, Subject::All), VerifyError::Stale),
    ]
}

#[test]
fn a_token_dies_of_each_change_that_it_does_not_know() {
    for (change, refusal) in narrowing() {
        let hearer = Hearer::of(vec![]);
        assert!(hearer.usual().is_ok(), "{change:?}");
        hearer.hear(batch(change.clone()));
        assert_eq!(hearer.usual(), Err(refusal), "{change:?}");
        assert_eq!(Hearer::of(vec![change.clone()]).usual(), Err(refusal), "in a snapshot: {change:?}");
    }
    assert_eq!((VerifyError::Revoked.reason(), VerifyError::Revoked.http_status().as_u16()), ("TOKEN_REVOKED", 401));
    assert_eq!((VerifyError::Stale.reason(), VerifyError::Stale.http_status().as_u16()), ("TOKEN_STALE", 401));
}

#[test]
fn a_token_lives_with_each_change_that_it_knows() {
    for (mut change, _) in narrowing() {
        change.position -= 1;
        assert!(Hearer::of(vec![change.clone()]).usual().is_ok(), "{change:?}");
    }
}

#[test]
fn what_happens_to_others_is_their_own_affair() {
    let others = [
        session(4, STRANGER),
        user(4, STRANGER, true),
        membership(6, STRANGER, ORGANIZATION),
        membership(6, USER, STRANGER),
        organization(6, STRANGER),
        role(6, STRANGER, "seller"),
        entitlement(9, STRANGER),
        // Ids of one kind are no ids of another.
        session(4, USER),
        user(4, SESSION, true),
        organization(6, USER),
    ];
    assert!(Hearer::of(others.to_vec()).usual().is_ok());
}

#[test]
fn a_role_concerns_its_holders_but_for_a_few_who_are_asked_to_refresh_once() {
    let bystanders = (0..64).filter(|index| {
        let hearer = Hearer::of(vec![role(6, ORGANIZATION, &format!("role_{index}"))]);
        // Another member may share the bit of the role by chance; then a token that knows the change is right again.
        assert!(hearer.judge(&knowing(EPOCH, Positions { o: 6, ..SEEN })).is_ok());
        hearer.usual().is_ok()
    });
    let bystanders = bystanders.count();
    assert!(bystanders > 48, "{bystanders} of 64");
}

#[test]
fn all_roles_of_a_token_are_looked_up() {
    for code in ["org_manager", "seller"] {
        assert_eq!(Hearer::of(vec![role(6, ORGANIZATION, code)]).usual(), Err(VerifyError::Stale), "{code}");
    }
    let hearer = Hearer::of(vec![role(6, ORGANIZATION, "seller"), role(5, ORGANIZATION, "org_manager")]);
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
}

#[test]
fn a_later_change_takes_the_place_of_an_earlier_one_and_never_the_other_way() {
    let hearer = Hearer::of(vec![membership(9, USER, ORGANIZATION), membership(7, USER, ORGANIZATION)]);
    assert_eq!(hearer.judge(&knowing(EPOCH, Positions { o: 8, ..SEEN })), Err(VerifyError::Stale));
    assert!(hearer.judge(&knowing(EPOCH, Positions { o: 9, ..SEEN })).is_ok());
    assert_eq!(hearer.feed.status().entries, 1);
}

#[test]
fn an_ended_user_is_not_merely_stale_because_another_service_says_something_too() {
    let departed = || event(Organizations, 6, Subject::User { user_id: id(USER), ended: false });
    for told in [vec![user(4, USER, true), departed()], vec![departed(), user(4, USER, true)]] {
        let hearer = Hearer::of(told);
        assert_eq!(hearer.judge(&knowing(EPOCH, SEEN)), Err(VerifyError::Revoked));
        // Whoever has signed in again since is asked to refresh, not to sign in once more.
        let again = knowing(EPOCH, Positions { i: 4, ..SEEN });
        assert_eq!(hearer.judge(&again), Err(VerifyError::Stale));
    }
}

#[test]
fn a_token_that_tells_no_plan_cannot_be_wrong_about_it() {
    let mut planless = claims_without("subscription");
    planless["asof"]["b"] = json!(0);
    for change in [entitlement(9, ORGANIZATION), event(Billing, 9, Subject::All)] {
        assert!(Hearer::of(vec![change]).judge(&planless).is_ok());
    }
}

#[test]
fn a_token_without_an_organization_is_judged_by_its_session_and_user() {
    let mut bare = claims_without("subscription");
    for name in ["active_org_id", "org_slug", "org_name", "is_personal_org", "org_role"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    assert!(Hearer::of(vec![organization(6, ORGANIZATION)]).judge(&bare).is_ok());
    assert_eq!(Hearer::of(vec![session(4, SESSION)]).judge(&bare), Err(VerifyError::Revoked));
    assert_eq!(Hearer::of(vec![user(4, USER, false)]).judge(&bare), Err(VerifyError::Stale));
}

#[test]
fn negative_positions_are_before_every_change() {
    let token = knowing(EPOCH, Positions { i: -1, o: i64::MIN, b: -9 });
    assert!(Hearer::of(vec![membership(i64::MIN, USER, ORGANIZATION)]).judge(&token).is_ok());
    assert_eq!(Hearer::of(vec![membership(1, USER, ORGANIZATION)]).judge(&token), Err(VerifyError::Stale));
}

#[test]
fn a_subject_that_its_service_does_not_own_concerns_everybody() {
    let misplaced = event(Billing, 9, Subject::Session { session_id: id(STRANGER) });
    assert_eq!(Hearer::of(vec![misplaced]).usual(), Err(VerifyError::Stale));
}

#[test]
fn what_finds_no_room_makes_everybody_refresh_and_is_never_forgotten() {
    let hearer = Hearer::with(RevocationFeed::builder().capacity(10));
    let ended: Vec<_> = (1..=200).map(|number| session(number + 3, u8::try_from(number).unwrap())).collect();
    hearer.hear(crate::wire::snapshot(vec![]));
    hearer.hear(crate::wire::heartbeat());
    let mut known = SEEN;
    for change in ended {
        let (after, number) = (known, change.position);
        known.i = number;
        hearer.hear(batch_of(EPOCH, after, known, vec![change]));
        let mut token = knowing(EPOCH, Positions { i: number - 1, ..SEEN });
        token["sid"] = json!(id(u8::try_from(number - 3).unwrap()).to_string());
        assert!(matches!(hearer.judge(&token), Err(VerifyError::Revoked | VerifyError::Stale)), "{number}");
    }
    let status = hearer.feed.status();
    assert!(status.overflows > 0 && status.entries <= 16, "{status:?}");
    // Whoever knows all of it is let in again.
    assert!(hearer.judge(&knowing(EPOCH, Positions { i: 203, ..SEEN })).is_ok_and(|caller| caller.user_id == id(USER)));
}

#[test]
fn a_table_with_room_for_so_many_keeps_so_many() {
    let hearer = Hearer::with(RevocationFeed::builder().capacity(20_000));
    hearer.hear(crate::wire::snapshot(
        (0..20_000)
            .map(|number| {
                let subject = Subject::Session { session_id: uuid::Uuid::from_u128(number * 0x1_0000_0001) };
                event(Identity, 4, subject)
            })
            .collect(),
    ));
    let status = hearer.feed.status();
    assert_eq!((status.entries, status.overflows, status.capacity), (20_000, 0, 20_000));
    assert!(status.bytes < 20_000 * 53, "{}", status.bytes);
}

#[test]
fn a_verifier_without_a_feed_says_so_and_waits_for_the_end() {
    let issuer = crate::issuer::Issuer::new();
    assert!(
        issuer.verifier().verify(&issuer.sign_claims(&claims_with("iat", json!(crate::issuer::NOW - 300)))).is_ok()
    );
}

#[test]
fn a_caller_who_is_kept_can_be_checked_again() {
    for (change, refusal) in narrowing() {
        let hearer = Hearer::of(vec![]);
        let caller = hearer.usual().unwrap();
        assert_eq!(hearer.verifier.recheck(&caller), Ok(()));
        hearer.hear(batch(change.clone()));
        assert_eq!(hearer.verifier.recheck(&caller), Err(refusal), "{change:?}");
    }
    let hearer = Hearer::of(vec![]);
    let caller = hearer.usual().unwrap();
    hearer.pass(std::time::Duration::from_secs(330));
    assert_eq!(hearer.verifier.recheck(&caller), Err(VerifyError::Expired));
    let without_feed = crate::issuer::Issuer::new().verifier();
    assert_eq!(without_feed.recheck(&caller), Ok(()));
}

#[test]
fn readers_never_miss_a_change_while_others_come_and_go() {
    let hearer = Hearer::with(RevocationFeed::builder().capacity(64));
    hearer.hear(crate::wire::snapshot(vec![membership(6, USER, ORGANIZATION)]));
    hearer.hear(crate::wire::heartbeat());
    let (old, new) =
        (hearer.issuer.token(), hearer.issuer.sign_claims(&knowing(EPOCH, Positions { o: 1 << 40, ..SEEN })));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut known = SEEN;
            for number in 7..20_000 {
                let after = known;
                known.o = number;
                let user = u8::try_from(number % 200).unwrap();
                let events = vec![membership(number, user, ORGANIZATION), membership(number, USER, ORGANIZATION)];
                hearer.hear(batch_of(EPOCH, after, known, events));
                hearer.hear(crate::wire::heartbeat_of(EPOCH, known));
                if number % 1_000 == 0 {
                    hearer.pass(std::time::Duration::from_secs(1));
                }
            }
        });
        while !writer.is_finished() {
            assert_eq!(hearer.verifier.verify(&old), Err(VerifyError::Stale));
            assert!(hearer.verifier.verify(&new).is_ok());
        }
        writer.join().unwrap();
    });
}
