//! What the audit log says was done, with the state before and after. It holds no secret, and no text of people's own
//! beyond its beginning.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::domain::change::MembershipChange;
use crate::domain::custom_role::CustomRole;
use crate::domain::effect::{Effect, Verdict};
use crate::domain::ids::UserId;
use crate::domain::loss::Loss;
use crate::domain::member::{Member, MemberStatus};
use crate::domain::organization::Organization;
use crate::domain::profile_field::ProfileField;
use crate::domain::registration::Difference;
use crate::domain::roles::Roles;
use crate::domain::scene::Scene;

/// Most bytes that one text takes in an entry, written as JSON.
const LONGEST_TEXT: usize = 120;
/// Most bytes that one list of codes takes in an entry.
const LONGEST_LIST: usize = 500;
/// Stands for what must be erasable one day, which the log is not.
const REDACTED: &str = "[redacted]";

/// One thing that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// A noun and a past participle.
    pub action: &'static str,
    /// The kind of thing that it was done to.
    pub target_kind: &'static str,
    /// Which of them.
    pub target_id: String,
    /// What else is worth knowing.
    pub details: Map<String, Value>,
}

impl Record {
    fn new(action: &'static str, target_kind: &'static str, target_id: String, details: Value) -> Self {
        let details = if let Value::Object(details) = details { details } else { Map::new() };
        Self { action, target_kind, target_id, details }
    }

    fn of_member(action: &'static str, user_id: UserId, details: Value) -> Self {
        Self::new(action, "user", user_id.to_string(), details)
    }

    fn of_organization(action: &'static str, organization: &Organization, details: Value) -> Self {
        Self::new(action, "organization", organization.id.to_string(), details)
    }

    fn of_role(action: &'static str, role: &CustomRole, details: Value) -> Self {
        Self::new(action, "role", role.id.to_string(), details)
    }

    /// A user has become a member by an offer of somebody's.
    pub fn joined(member: &Member, granted_by: UserId) -> Self {
        let details = json!({ "after": member.roles.codes(), "granted_by": granted_by.to_string() });
        Self::of_member("member.joined", member.user_id, details)
    }

    /// A user has been made a member.
    pub fn added(member: &Member) -> Self {
        Self::of_member("member.added", member.user_id, json!({ "after": member.roles.codes() }))
    }

    /// An organization has been made.
    pub fn organization_created(organization: &Organization, owner: UserId) -> Self {
        let details = json!({
            "owner_id": owner.to_string(),
            "is_personal": organization.is_personal(),
            "after": named(organization),
        });
        Self::of_organization("organization.created", organization, details)
    }

    /// The fields of an organization that differ; `None` when none does.
    pub fn organization_updated(before: &Organization, after: &Organization) -> Option<Self> {
        let (mut old, mut new) = (Map::new(), Map::new());
        let mut compare = |field: &str, before: Option<&String>, after: Option<&String>, is_erasable: bool| {
            if before != after {
                let shown = |text: Option<&String>| match text {
                    Some(_) if is_erasable => json!(REDACTED),
                    text => json!(text.map(|text| brief(text))),
                };
                old.insert(field.to_owned(), shown(before));
                new.insert(field.to_owned(), shown(after));
            }
        };
        let is_personal = after.is_personal();
        compare("name", Some(&before.name), Some(&after.name), is_personal);
        compare("slug", Some(&before.slug), Some(&after.slug), is_personal);
        for field in ProfileField::ALL {
            let (before, after) = (before.profile.texts.get(&field), after.profile.texts.get(&field));
            compare(field.name(), before, after, is_personal || field.is_about_people());
        }
        if before.profile.metadata != after.profile.metadata {
            old.insert("metadata".to_owned(), json!(REDACTED));
            new.insert("metadata".to_owned(), json!(REDACTED));
        }
        if old.is_empty() {
            return None;
        }
        Some(Self::of_organization("organization.updated", after, json!({ "before": old, "after": new })))
    }

    /// An organization has been blocked.
    pub fn organization_suspended(organization: &Organization) -> Self {
        Self::of_organization("organization.suspended", organization, Value::Null)
    }

    /// An organization has been taken back into use.
    pub fn organization_reactivated(organization: &Organization) -> Self {
        Self::of_organization("organization.reactivated", organization, Value::Null)
    }

    /// A custom role has been made.
    pub fn role_created(organization: &Organization, role: &CustomRole) -> Self {
        Self::of_role("role.created", role, json!({ "after": facts_of(organization, role) }))
    }

    /// A custom role has been changed; `None` when nothing of it differs but its date.
    pub fn role_updated(organization: &Organization, before: &CustomRole, after: &CustomRole) -> Option<Self> {
        if *before == (CustomRole { updated: before.updated, ..after.clone() }) {
            return None;
        }
        let details = json!({
            "before": facts_of(organization, before),
            "after": facts_of(organization, after),
            "added": beginning_of(after.permissions.difference(&before.permissions)),
            "removed": beginning_of(before.permissions.difference(&after.permissions)),
        });
        Some(Self::of_role("role.updated", after, details))
    }

    /// A custom role is gone.
    pub fn role_deleted(organization: &Organization, role: &CustomRole) -> Self {
        Self::of_role("role.deleted", role, json!({ "before": facts_of(organization, role) }))
    }

    /// A service's slice of the catalog has changed.
    pub fn permissions_registered(service: &str, difference: &Difference, is_forced: bool) -> Self {
        let details = json!({
            "added": beginning_of(&difference.added),
            "changed": beginning_of(&difference.changed),
            "pruned": beginning_of(&difference.pruned),
            "forced": is_forced,
        });
        Self::new("permissions.registered", "service", service.to_owned(), details)
    }

    /// Roles of an organization have lost what a service does not define for them any more.
    pub fn roles_narrowed(service: &str, loss: &Loss) -> Self {
        let details = json!({
            "service": service,
            "removed": beginning_of(&loss.permissions),
            "roles": beginning_of(&loss.roles),
            "role_count": loss.roles.len(),
        });
        Self::new("organization.roles_narrowed", "organization", loss.organization_id.to_string(), details)
    }

    /// What a change of membership has done.
    pub fn of_change(scene: &Scene, change: &MembershipChange, verdict: &Verdict) -> Vec<Self> {
        if let (MembershipChange::TakeOver, Some(from), Some(to)) = (change, scene.actor.member(), &scene.target) {
            let details = json!({ "before": from.user_id.to_string(), "after": to.user_id.to_string() });
            return vec![Self::of_organization("organization.ownership_transferred", &scene.organization, details)];
        }
        verdict.effects.iter().map(|effect| Self::of_effect(scene, change, effect)).collect()
    }

    fn of_effect(scene: &Scene, change: &MembershipChange, effect: &Effect) -> Self {
        match effect {
            Effect::HoldRoles(user_id, after) => {
                let details = json!({ "before": codes_of(scene, *user_id), "after": after.codes() });
                Self::of_member("member.roles_set", *user_id, details)
            }
            Effect::HaveStatus(user_id, MemberStatus::Suspended) => {
                Self::of_member("member.suspended", *user_id, Value::Null)
            }
            Effect::HaveStatus(user_id, MemberStatus::Active) => {
                Self::of_member("member.reactivated", *user_id, Value::Null)
            }
            Effect::EndMembership(user_id) => {
                let action = match change {
                    MembershipChange::Leave => "member.left",
                    MembershipChange::Depart | MembershipChange::DepartHandingOver => "member.departed",
                    _ => "member.removed",
                };
                Self::of_member(action, *user_id, json!({ "before": codes_of(scene, *user_id) }))
            }
            Effect::EndOrganization => {
                let details = json!({ "before": named(&scene.organization) });
                Self::of_organization("organization.deleted", &scene.organization, details)
            }
        }
    }
}

fn codes_of(scene: &Scene, user_id: UserId) -> Vec<String> {
    let everybody = [scene.actor.member(), scene.target.as_ref(), scene.heir.as_ref()];
    let member = everybody.into_iter().flatten().find(|member| member.user_id == user_id);
    member.map(|member| &member.roles).map(Roles::codes).unwrap_or_default()
}

/// A personal organization is named by its user's address.
fn named(organization: &Organization) -> Value {
    match organization.is_personal() {
        true => Value::Null,
        false => json!({ "name": brief(&organization.name), "slug": organization.slug }),
    }
}

/// What one user writes about the roles of a personal organization goes with the user.
fn facts_of(organization: &Organization, role: &CustomRole) -> Value {
    let shown = |text: &str| if organization.is_personal() { REDACTED.to_owned() } else { brief(text) };
    json!({
        "code": role.code.as_str(),
        "name": shown(&role.name),
        "description": role.description.as_deref().map(shown),
        "permissions": beginning_of(&role.permissions),
        "permission_count": role.permissions.len(),
    })
}

/// The first codes of a list, in at most `LONGEST_LIST` bytes.
fn beginning_of<'code, Code: fmt::Display + 'code>(codes: impl IntoIterator<Item = &'code Code>) -> Vec<String> {
    let mut bytes = 0;
    let mut beginning = Vec::new();
    for code in codes {
        let code = code.to_string();
        bytes += code.len() + 3;
        if bytes > LONGEST_LIST {
            beginning.push("…".to_owned());
            break;
        }
        beginning.push(code);
    }
    beginning
}

/// The beginning of a text, in at most `LONGEST_TEXT` bytes of JSON and an ellipsis.
fn brief(text: &str) -> String {
    let mut brief = String::new();
    let mut bytes = 0;
    for character in text.chars() {
        bytes += json!(character).to_string().len() - 2;
        if bytes > LONGEST_TEXT {
            brief.push('…');
            break;
        }
        brief.push(character);
    }
    brief
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_by_what_they_take_in_json() {
        assert_eq!(brief("short"), "short");
        for text in ["x".repeat(2000), "\\\"".repeat(1000), "日本".repeat(1000), "\u{1}".repeat(1000)] {
            let cut = brief(&text);
            assert!(cut.ends_with('…') && json!(cut).to_string().len() <= LONGEST_TEXT + 6, "{cut}");
        }
    }
}
