//! Narrowing changes on the wire, the same for every service that makes some.

use contracts::changes::v1 as proto;
use serde_json::Value;

use super::event::Event;
use super::follower::Portion;

impl From<Portion> for proto::Changes {
    fn from(portion: Portion) -> Self {
        Self {
            changes: portion.events.iter().map(|event| proto::Change::from(event.as_ref())).collect(),
            position: portion.position,
            age_ms: i64::try_from(portion.age.as_millis()).unwrap_or(i64::MAX),
            has_more: portion.has_more,
        }
    }
}

/// What is not known here, or lacks what it is about, concerns everything: better too many refresh their tokens once than one
/// that says too much is believed.
impl From<&Event> for proto::Change {
    fn from(event: &Event) -> Self {
        let given = |name: &str| event.subject.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (session_id, user_id, role_code) = (given("session_id"), given("user_id"), given("role_code"));
        let organization_id = given("organization_id");
        let ended = event.subject.get("ended").and_then(Value::as_bool).unwrap_or_default();
        let change = Self { position: event.position, made_at: Some(event.at.into()), ..Self::default() };
        let (kind, is_whole) = match event.kind.as_str() {
            "session" => (proto::ChangeKind::Session, !session_id.is_empty()),
            "user" => (proto::ChangeKind::User, !user_id.is_empty()),
            "membership" => (proto::ChangeKind::Membership, !user_id.is_empty() && !organization_id.is_empty()),
            "organization" => (proto::ChangeKind::Organization, !organization_id.is_empty()),
            "role" => (proto::ChangeKind::Role, !organization_id.is_empty() && !role_code.is_empty()),
            "entitlement" => (proto::ChangeKind::Entitlement, !organization_id.is_empty()),
            "membership_widened" => {
                (proto::ChangeKind::MembershipWidened, !user_id.is_empty() && !organization_id.is_empty())
            }
            "organization_widened" => (proto::ChangeKind::OrganizationWidened, !organization_id.is_empty()),
            _ => (proto::ChangeKind::Everything, true),
        };
        if !is_whole || kind == proto::ChangeKind::Everything {
            return Self { kind: proto::ChangeKind::Everything.into(), ..change };
        }
        Self { kind: kind.into(), session_id, user_id, organization_id, role_code, ended, ..change }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::Timestamp;

    fn told(kind: &str, subject: Value) -> proto::Change {
        proto::Change::from(&Event { position: 7, kind: kind.to_owned(), subject, at: Timestamp::from_millis(1_500) })
    }

    #[test]
    fn a_change_tells_whom_it_concerns() {
        let change = told("role", json!({ "organization_id": "o", "role_code": "editor" }));
        assert_eq!((change.position, change.kind()), (7, proto::ChangeKind::Role));
        assert_eq!((change.organization_id.as_str(), change.role_code.as_str()), ("o", "editor"));
        assert_eq!(change.made_at, Some(prost_types::Timestamp { seconds: 1, nanos: 500_000_000 }));
    }

    #[test]
    fn of_a_user_it_is_told_whether_the_sessions_have_ended() {
        for (subject, ended) in [(json!({ "user_id": "u", "ended": true }), true), (json!({ "user_id": "u" }), false)] {
            let change = told("user", subject);
            assert_eq!((change.kind(), change.user_id.as_str(), change.ended), (proto::ChangeKind::User, "u", ended));
        }
    }

    #[test]
    fn what_widens_is_told_as_that() {
        let change = told("membership_widened", json!({ "user_id": "u", "organization_id": "o" }));
        assert_eq!(change.kind(), proto::ChangeKind::MembershipWidened);
        assert_eq!((change.user_id.as_str(), change.organization_id.as_str()), ("u", "o"));
        let change = told("organization_widened", json!({ "organization_id": "o" }));
        assert_eq!((change.kind(), change.organization_id.as_str()), (proto::ChangeKind::OrganizationWidened, "o"));
    }

    #[test]
    fn what_is_not_understood_concerns_everything() {
        for (kind, subject) in [
            ("all", json!({})),
            ("of a later version", json!({ "user_id": "u" })),
            ("membership", json!({ "user_id": "u" })),
            ("session", json!({ "session_id": 7 })),
        ] {
            assert_eq!(told(kind, subject).kind(), proto::ChangeKind::Everything, "{kind}");
        }
    }
}
