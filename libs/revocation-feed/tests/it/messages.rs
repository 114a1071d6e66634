//! The contract's messages in the words of verifiers.

use contracts::changes::v1::{Change, ChangeKind};
use contracts::identity::v1 as proto;
use contracts::identity::v1::watch_response::Message;
use revocation_feed::{Empty, feed_message, resume_point_of, watch_request};
use token_verification::{Event, FeedMessage, OwningService, Positions, ResumePoint, Subject};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0001);
const OTHER: Uuid = Uuid::from_u128(0x0192_f0c1_0000_7000_8000_0000_0000_0002);

fn said(message: Message) -> FeedMessage {
    feed_message(proto::WatchResponse { message: Some(message) }).expect("it says something")
}

fn told(identity: i64, organizations: i64, billing: i64) -> Option<proto::Positions> {
    Some(proto::Positions { identity, organizations, billing })
}

fn batch(changes: proto::RevocationChanges) -> Message {
    Message::Batch(proto::RevocationBatch {
        epoch: "e".to_owned(),
        after: told(1, 2, 3),
        through: told(4, 5, 6),
        changes: Some(changes),
    })
}

fn change(kind: ChangeKind) -> Change {
    let text = |id: Uuid| id.to_string();
    Change {
        position: 9,
        kind: kind.into(),
        session_id: text(ID),
        user_id: text(ID),
        organization_id: text(OTHER),
        role_code: "editor".to_owned(),
        ended: true,
        made_at: None,
    }
}

fn subject(change: Change) -> Subject {
    let changes = proto::RevocationChanges { organizations: vec![change], ..Default::default() };
    let FeedMessage::Batch(batch) = said(batch(changes)) else { panic!("a batch stays a batch") };
    let [Event { service: OwningService::Organizations, position: 9, subject }] = batch.events.as_slice() else {
        panic!("{:?}", batch.events)
    };
    subject.clone()
}

#[test]
fn each_kind_of_change_concerns_the_same_as_before() {
    let expected = [
        (ChangeKind::Session, Subject::Session { session_id: ID }),
        (ChangeKind::User, Subject::User { user_id: ID, ended: true }),
        (ChangeKind::Membership, Subject::Membership { user_id: ID, organization_id: OTHER }),
        (ChangeKind::Organization, Subject::Organization { organization_id: OTHER }),
        (ChangeKind::Role, Subject::Role { organization_id: OTHER, role_code: "editor".to_owned() }),
        (ChangeKind::Entitlement, Subject::Entitlement { organization_id: OTHER }),
        (ChangeKind::MembershipWidened, Subject::MembershipWidened { user_id: ID, organization_id: OTHER }),
        (ChangeKind::OrganizationWidened, Subject::OrganizationWidened { organization_id: OTHER }),
        (ChangeKind::Everything, Subject::All),
    ];
    for (kind, expected) in expected {
        assert_eq!(subject(change(kind)), expected, "{kind:?}");
    }
}

#[test]
fn what_is_not_understood_concerns_everybody() {
    let odd = [
        Change { kind: 99, ..change(ChangeKind::User) },
        change(ChangeKind::Unspecified),
        Change { user_id: String::new(), ..change(ChangeKind::User) },
        Change { session_id: "nonsense".to_owned(), ..change(ChangeKind::Session) },
        Change { organization_id: String::new(), ..change(ChangeKind::Membership) },
        Change { role_code: String::new(), ..change(ChangeKind::Role) },
    ];
    for odd in odd {
        assert_eq!(subject(odd.clone()), Subject::All, "{odd:?}");
    }
}

#[test]
fn messages_keep_their_numbers_and_changes_their_owner() {
    let changes = proto::RevocationChanges {
        identity: vec![change(ChangeKind::Session)],
        organizations: Vec::new(),
        billing: vec![change(ChangeKind::Entitlement)],
    };
    let part = said(Message::Snapshot(proto::RevocationSnapshot {
        epoch: "e".to_owned(),
        part: 3,
        is_last: true,
        through: told(7, 8, 9),
        token_lifetime_seconds: 300,
        changes: Some(changes),
    }));
    let FeedMessage::Snapshot(part) = part else { panic!("a part stays a part") };
    assert_eq!((part.part, part.is_last, part.token_lifetime_seconds), (3, true, 300));
    assert_eq!(part.through, Positions { i: 7, o: 8, b: 9 });
    let owners: Vec<_> = part.events.iter().map(|event| event.service).collect();
    assert_eq!(owners, [OwningService::Identity, OwningService::Billing]);

    let keys = said(Message::Keys(proto::RevocationKeys { jwks_json: "{}".to_owned() }));
    assert_eq!(keys, FeedMessage::Keys { jwks: "{}".to_owned() });
    assert_eq!(feed_message(proto::WatchResponse::default()), Err(Empty));
}

#[test]
fn a_listener_can_go_on_after_whatever_is_whole() {
    let at = |i, o, b| Some(ResumePoint { epoch: "e".to_owned(), positions: Positions { i, o, b } });
    assert_eq!(resume_point_of(&said(batch(proto::RevocationChanges::default()))), at(4, 5, 6));
    let beat = proto::RevocationHeartbeat {
        epoch: "e".to_owned(),
        positions: told(1, 1, 1),
        silence_ms: 7,
        elapsed_ms: Some(9),
    };
    let beat = said(Message::Heartbeat(beat));
    assert_eq!(resume_point_of(&beat), at(1, 1, 1));
    let FeedMessage::Heartbeat(alive) = beat else { panic!("a sign of life") };
    assert_eq!((alive.silence_ms, alive.elapsed_ms), (7, Some(9)));
    let part = |is_last| {
        said(Message::Snapshot(proto::RevocationSnapshot {
            epoch: "e".to_owned(),
            through: told(2, 2, 2),
            is_last,
            ..Default::default()
        }))
    };
    assert_eq!((resume_point_of(&part(false)), resume_point_of(&part(true))), (None, at(2, 2, 2)));

    let asked = watch_request(at(4, 5, 6)).from.unwrap();
    assert_eq!((asked.epoch.as_str(), asked.positions), ("e", told(4, 5, 6)));
    assert_eq!(watch_request(None).from, None);
}
