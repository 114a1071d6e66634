//! Which change tells a client to refresh its token early, and that it does nothing else.

use token_verification::OwningService::{Billing, Identity, Organizations};
use token_verification::{Event, OwningService, Positions, RevocationFeed, Subject, VerifyError};

use crate::issuer::{Issuer, claims, claims_without};
use crate::wire::{
    EPOCH, Hearer, ORGANIZATION, SEEN, STRANGER, USER, batch, batch_of, event, heartbeat_of, id, knowing, membership,
    snapshot_of,
};

fn member_widened(position: i64, user: u8, organization: u8) -> Event {
    let subject = Subject::MembershipWidened { user_id: id(user), organization_id: id(organization) };
    event(Organizations, position, subject)
}

fn organization_widened(service: OwningService, position: i64, organization: u8) -> Event {
    event(service, position, Subject::OrganizationWidened { organization_id: id(organization) })
}

/// Each change that tells the usual token something new.
fn widening() -> Vec<Event> {
    vec![
        member_widened(6, USER, ORGANIZATION),
        organization_widened(Organizations, 6, ORGANIZATION),
        organization_widened(Billing, 9, ORGANIZATION),
    ]
}

/// Whether the usual token, which must be good, is to be refreshed early.
fn is_hinted(hearer: &Hearer) -> bool {
    hearer.verifier.refresh_hint(&hearer.usual().unwrap())
}

#[test]
fn a_token_that_says_too_little_is_good_and_to_be_refreshed_early() {
    assert!(!is_hinted(&Hearer::of(vec![])));
    for change in widening() {
        let hearer = Hearer::of(vec![]);
        hearer.hear(batch(change.clone()));
        assert!(is_hinted(&hearer), "{change:?}");
        assert!(is_hinted(&Hearer::of(vec![change.clone()])), "in a snapshot: {change:?}");
    }
}

#[test]
fn there_is_no_hint_of_what_the_token_knows_or_what_is_others_affair() {
    for mut change in widening() {
        change.position -= 1;
        assert!(!is_hinted(&Hearer::of(vec![change.clone()])), "{change:?}");
    }
    let others = vec![
        member_widened(6, STRANGER, ORGANIZATION),
        member_widened(6, USER, STRANGER),
        organization_widened(Organizations, 6, STRANGER),
        organization_widened(Billing, 9, STRANGER),
    ];
    assert!(!is_hinted(&Hearer::of(others)));
}

#[test]
fn what_only_another_service_could_say_is_neither_a_hint_nor_a_refusal() {
    let nonsense = [
        organization_widened(Identity, 4, ORGANIZATION),
        event(Billing, 9, member_widened(9, USER, ORGANIZATION).subject),
        event(Identity, 4, member_widened(4, USER, ORGANIZATION).subject),
    ];
    for change in nonsense {
        assert!(!is_hinted(&Hearer::of(vec![change.clone()])), "{change:?}");
    }
}

#[test]
fn a_refreshed_token_is_asked_no_more() {
    let hearer = Hearer::of(widening());
    let caller = hearer.judge(&knowing(EPOCH, Positions { o: 6, b: 9, ..SEEN })).unwrap();
    assert!(!hearer.verifier.refresh_hint(&caller));
}

#[test]
fn without_an_organization_or_a_feed_there_is_nothing_to_hint_at() {
    let hearer = Hearer::of(widening());
    let mut plain = claims();
    for claim in ["active_org_id", "org_slug", "org_name", "is_personal_org", "org_role"] {
        plain.as_object_mut().unwrap().remove(claim);
    }
    let caller = hearer.judge(&plain).unwrap();
    assert!(!hearer.verifier.refresh_hint(&caller));
    let issuer = Issuer::new();
    let alone = issuer.verifier();
    let caller = alone.verify(&issuer.sign_claims(&claims_without("nbf"))).unwrap();
    assert!(!alone.refresh_hint(&caller));
}

#[test]
fn a_hint_of_a_later_epoch_is_one_for_tokens_of_an_earlier_one_and_never_of_an_unknown_one() {
    let hearer = Hearer::of(vec![]);
    hearer.hear(snapshot_of("second", Positions::default(), vec![member_widened(1, USER, ORGANIZATION)]));
    hearer.hear(heartbeat_of("second", Positions::default()));
    assert!(is_hinted(&hearer));
    let unknown = hearer.judge(&knowing("never heard of", SEEN)).unwrap();
    assert!(!hearer.verifier.refresh_hint(&unknown));
}

#[test]
fn hints_make_room_for_what_refuses_and_raise_nothing() {
    let hearer = Hearer::with(RevocationFeed::builder().capacity(10));
    hearer.hear(snapshot_of(EPOCH, SEEN, vec![]));
    hearer.hear(heartbeat_of(EPOCH, SEEN));
    let mut known = SEEN;
    let mut hear = |change: Event| {
        let after = known;
        known.o = change.position;
        hearer.hear(batch_of(EPOCH, after, known, vec![change]));
        hearer.hear(heartbeat_of(EPOCH, known));
    };
    for number in 0..100 {
        hear(member_widened(6 + i64::from(number), 100 + number, STRANGER));
    }
    let status = hearer.feed.status();
    assert_eq!((status.overflows, status.entries), (0, 16), "what found no room is forgotten");
    assert!(hearer.usual().is_ok());

    for number in 0..16 {
        hear(membership(106 + i64::from(number), 100 + number, ORGANIZATION));
    }
    assert_eq!(hearer.feed.status().overflows, 0);
    assert!(hearer.usual().is_ok());
    hear(membership(122, USER, ORGANIZATION));
    assert_eq!(hearer.usual(), Err(VerifyError::Stale));
    assert!(hearer.feed.status().overflows > 0, "now there is no room left");
    assert!(hearer.judge(&knowing(EPOCH, Positions { o: 122, ..SEEN })).is_ok());
}

#[test]
fn it_is_said_in_words_of_its_own_on_every_wire() {
    let json = serde_json::to_value(member_widened(6, USER, ORGANIZATION)).unwrap();
    assert_eq!((json["kind"].as_str(), json["service"].as_str()), (Some("membership_widened"), Some("o")));
    let json = serde_json::to_value(organization_widened(Billing, 9, ORGANIZATION)).unwrap();
    assert_eq!((json["kind"].as_str(), json["service"].as_str()), (Some("organization_widened"), Some("b")));
    let back: Event = serde_json::from_value(json).unwrap();
    assert_eq!(back, organization_widened(Billing, 9, ORGANIZATION));
}
