//! Narrowing changes as the services that make them tell them.

use std::time::Duration;

use contracts::changes::v1 as proto;
use service_kit::Timestamp;
use service_kit::positions::Portion;
use token_verification::Subject;
use uuid::Uuid;

use crate::domain::change::{Change, News};

impl From<proto::Changes> for News {
    fn from(told: proto::Changes) -> Self {
        Self {
            changes: told.changes.into_iter().map(Change::from).collect(),
            position: told.position,
            age: Duration::from_millis(u64::try_from(told.age_ms).unwrap_or_default()),
            has_more: told.has_more,
        }
    }
}

/// Identity's own changes, in the words that they are told in by others.
impl From<Portion> for News {
    fn from(portion: Portion) -> Self {
        proto::Changes::from(portion).into()
    }
}

impl From<proto::Change> for Change {
    fn from(told: proto::Change) -> Self {
        Self {
            position: told.position,
            at: told.made_at.map_or(Timestamp::from_millis(i64::MAX), Timestamp::from),
            subject: subject(&told).unwrap_or(Subject::All),
        }
    }
}

/// `None` for what a later version adds, or for what lacks whom it is about: it is taken to concern everything.
fn subject(told: &proto::Change) -> Option<Subject> {
    let id = |text: &str| text.parse::<Uuid>().ok();
    let organization_id = || id(&told.organization_id);
    Some(match told.kind() {
        proto::ChangeKind::Session => Subject::Session { session_id: id(&told.session_id)? },
        proto::ChangeKind::User => Subject::User { user_id: id(&told.user_id)?, ended: told.ended },
        proto::ChangeKind::Membership => {
            Subject::Membership { user_id: id(&told.user_id)?, organization_id: organization_id()? }
        }
        proto::ChangeKind::Organization => Subject::Organization { organization_id: organization_id()? },
        proto::ChangeKind::Role if told.role_code.is_empty() => return None,
        proto::ChangeKind::Role => {
            Subject::Role { organization_id: organization_id()?, role_code: told.role_code.clone() }
        }
        proto::ChangeKind::Entitlement => Subject::Entitlement { organization_id: organization_id()? },
        proto::ChangeKind::MembershipWidened => {
            Subject::MembershipWidened { user_id: id(&told.user_id)?, organization_id: organization_id()? }
        }
        proto::ChangeKind::OrganizationWidened => Subject::OrganizationWidened { organization_id: organization_id()? },
        proto::ChangeKind::Everything | proto::ChangeKind::Unspecified => return None,
    })
}

/// As it is told on.
impl From<Change> for proto::Change {
    fn from(change: Change) -> Self {
        let told = Self { position: change.position, made_at: Some(change.at.into()), ..Self::default() };
        let of = |kind: proto::ChangeKind| i32::from(kind);
        match change.subject {
            Subject::Session { session_id } => {
                Self { kind: of(proto::ChangeKind::Session), session_id: session_id.to_string(), ..told }
            }
            Subject::User { user_id, ended } => {
                Self { kind: of(proto::ChangeKind::User), user_id: user_id.to_string(), ended, ..told }
            }
            Subject::Membership { user_id, organization_id } => Self {
                kind: of(proto::ChangeKind::Membership),
                user_id: user_id.to_string(),
                organization_id: organization_id.to_string(),
                ..told
            },
            Subject::Organization { organization_id } => {
                Self { kind: of(proto::ChangeKind::Organization), organization_id: organization_id.to_string(), ..told }
            }
            Subject::Role { organization_id, role_code } => Self {
                kind: of(proto::ChangeKind::Role),
                organization_id: organization_id.to_string(),
                role_code,
                ..told
            },
            Subject::Entitlement { organization_id } => {
                Self { kind: of(proto::ChangeKind::Entitlement), organization_id: organization_id.to_string(), ..told }
            }
            Subject::MembershipWidened { user_id, organization_id } => Self {
                kind: of(proto::ChangeKind::MembershipWidened),
                user_id: user_id.to_string(),
                organization_id: organization_id.to_string(),
                ..told
            },
            Subject::OrganizationWidened { organization_id } => Self {
                kind: of(proto::ChangeKind::OrganizationWidened),
                organization_id: organization_id.to_string(),
                ..told
            },
            Subject::All => Self { kind: of(proto::ChangeKind::Everything), ..told },
        }
    }
}
