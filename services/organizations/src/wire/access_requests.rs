//! What the other services ask, as commands.

use std::collections::HashSet;

use access_policy::{LONGEST_ROLE_CODE, MOST_ROLES};
use contracts::organizations::v1 as proto;
use mail::Address;
use service_kit::{Fields, Refusal, Timestamp};

use crate::domain::ids::{JoinId, OfferId, OrganizationId, RoleId, UserId};
use crate::domain::permission::is_word;
use crate::domain::roles::RoleGrant;
use crate::domain::user::UserProfile;
use crate::use_cases::add_member::AddMember;
use crate::use_cases::authorize::Authorize;
use crate::use_cases::check_offer::CheckOffer;
use crate::use_cases::ensure_personal_organization::EnsurePersonalOrganization;
use crate::use_cases::get_access::GetAccess;
use crate::use_cases::open_offer::OpenOffer;

/// Most offers that are opened at once.
const MOST_OFFERS: usize = 50;
/// Most platform roles that a user can hold.
const MOST_PLATFORM_ROLES: usize = 10;
/// Longest name to show, in characters.
const LONGEST_DISPLAY_NAME: usize = 200;

impl TryFrom<proto::EnsurePersonalOrganizationRequest> for EnsurePersonalOrganization {
    type Error = Refusal;

    fn try_from(message: proto::EnsurePersonalOrganizationRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let profile = profile(&mut fields, message.profile);
        let (Some(organization_id), Some(profile)) = (organization_id, profile) else { return Err(fields.refuse()) };
        Ok(Self { organization_id, profile })
    }
}

impl TryFrom<proto::RecordProfileRequest> for UserProfile {
    type Error = Refusal;

    fn try_from(message: proto::RecordProfileRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        profile(&mut fields, message.profile).ok_or_else(|| fields.refuse())
    }
}

fn profile(fields: &mut Fields, message: Option<proto::UserProfile>) -> Option<UserProfile> {
    let message = fields.check("profile", message.ok_or("must be given"))?;
    let user_id = fields.check("profile.user_id", message.user_id.parse::<UserId>());
    let email = fields.check("profile.email", Address::parse(&message.email));
    let display_name = fields.check_optional("profile.display_name", message.display_name.map(display_name));
    let version = fields.check("profile.version", Ok(message.version).and_then(not_negative));
    let platform_roles = fields.check("profile.platform_roles", platform_roles(message.platform_roles));
    Some(UserProfile {
        user_id: user_id?,
        email: email?.canonical().to_owned(),
        display_name: display_name?,
        version: version?,
        is_active: message.is_active,
        platform_roles: platform_roles?,
    })
}

fn display_name(name: String) -> Result<String, &'static str> {
    if name.chars().count() > LONGEST_DISPLAY_NAME || name.chars().any(char::is_control) {
        return Err("must have at most 200 characters and no control characters");
    }
    Ok(name)
}

/// Codes that this service does not know open nothing.
fn platform_roles(codes: Vec<String>) -> Result<Vec<String>, &'static str> {
    let is_code = |code: &String| code.len() <= LONGEST_ROLE_CODE && is_word(code);
    if codes.len() > MOST_PLATFORM_ROLES || !codes.iter().all(is_code) {
        return Err("must be at most 10 codes of lower-case letters, digits, hyphens and underscores");
    }
    Ok(codes)
}

const fn not_negative(version: i64) -> Result<i64, &'static str> {
    if version < 0 { Err("must not be negative") } else { Ok(version) }
}

impl TryFrom<proto::GetAccessRequest> for GetAccess {
    type Error = Refusal;

    fn try_from(message: proto::GetAccessRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let user_id = fields.check("user_id", message.user_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let (Some(user_id), Some(organization_id)) = (user_id, organization_id) else { return Err(fields.refuse()) };
        Ok(Self { user_id, organization_id })
    }
}

impl TryFrom<proto::AuthorizeRequest> for Authorize {
    type Error = Refusal;

    fn try_from(message: proto::AuthorizeRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let user_id = fields.check("user_id", message.user_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let permission = fields.check("permission", message.permission.parse());
        let grant = match message.grant {
            None => Some(None),
            Some(offer) => grant(&mut fields, &offer).map(Some),
        };
        let (Some(user_id), Some(organization_id), Some(permission), Some(grant)) =
            (user_id, organization_id, permission, grant)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { user_id, organization_id, permission, grant })
    }
}

impl TryFrom<proto::AddMemberRequest> for AddMember {
    type Error = Refusal;

    fn try_from(message: proto::AddMemberRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let join_id = fields.check("join_id", message.join_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let user_id = fields.check("user_id", message.user_id.parse());
        let granted_by = fields.check("granted_by", message.granted_by.parse());
        let grant = grant(&mut fields, &message.grant.unwrap_or_default());
        let (Some(join_id), Some(organization_id), Some(user_id), Some(grant), Some(granted_by)) =
            (join_id, organization_id, user_id, grant, granted_by)
        else {
            return Err(fields.refuse());
        };
        Ok(Self { join_id, organization_id, user_id, grant, granted_by })
    }
}

impl TryFrom<proto::OpenOfferRequest> for OpenOffer {
    type Error = Refusal;

    fn try_from(message: proto::OpenOfferRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let offer_ids = offer_ids(&mut fields, &message);
        let user_id = fields.check("user_id", message.user_id.parse());
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let grant = grant(&mut fields, &message.grant.unwrap_or_default());
        let (Some(offer_ids), Some(user_id), Some(organization_id), Some(grant)) =
            (offer_ids, user_id, organization_id, grant)
        else {
            return Err(fields.refuse());
        };
        let expires = message.expires_at.map(Timestamp::from);
        Ok(Self { offer_ids, user_id, organization_id, grant, expires })
    }
}

fn offer_ids(fields: &mut Fields, message: &proto::OpenOfferRequest) -> Option<Vec<OfferId>> {
    let first: OfferId = fields.check("offer_id", message.offer_id.parse())?;
    let more = message.more_offer_ids.iter().map(|id| id.parse()).collect::<Result<Vec<OfferId>, _>>();
    let more = fields.check("more_offer_ids", more)?;
    let mut all = vec![first];
    all.extend(more);
    if all.len() > MOST_OFFERS || all.iter().collect::<HashSet<_>>().len() < all.len() {
        fields.violation("more_offer_ids", "must name at most 49 further offers, each once");
        return None;
    }
    Some(all)
}

impl TryFrom<proto::CheckOfferRequest> for CheckOffer {
    type Error = Refusal;

    fn try_from(message: proto::CheckOfferRequest) -> Result<Self, Refusal> {
        let mut fields = Fields::default();
        let organization_id = fields.check("organization_id", message.organization_id.parse());
        let grant = grant(&mut fields, &message.grant.unwrap_or_default());
        let granted_by = fields.check("granted_by", message.granted_by.parse());
        let (Some(organization_id), Some(grant), Some(granted_by)) = (organization_id, grant, granted_by) else {
            return Err(fields.refuse());
        };
        Ok(Self { organization_id, grant, granted_by })
    }
}

/// Reads which offer of which organization.
pub fn offer(message: &proto::CloseOfferRequest) -> Result<(OrganizationId, OfferId), Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", message.organization_id.parse());
    let offer_id = fields.check("offer_id", message.offer_id.parse());
    organization_id.zip(offer_id).ok_or_else(|| fields.refuse())
}

/// Reads which joining of which organization.
pub fn joining(message: &proto::CallOffJoinRequest) -> Result<(OrganizationId, JoinId), Refusal> {
    let mut fields = Fields::default();
    let organization_id = fields.check("organization_id", message.organization_id.parse());
    let join_id = fields.check("join_id", message.join_id.parse());
    organization_id.zip(join_id).ok_or_else(|| fields.refuse())
}

fn grant(fields: &mut Fields, message: &proto::RoleGrant) -> Option<RoleGrant> {
    let makes_owner = match proto::OrgRole::try_from(message.role) {
        Ok(role) => Ok(role == proto::OrgRole::Owner),
        Err(_) => Err("must be owner or member"),
    };
    let role_ids = role_ids(fields, "grant.role_ids", &message.role_ids);
    let makes_owner = fields.check("grant.role", makes_owner);
    Some(RoleGrant { role_ids: role_ids?, makes_owner: makes_owner? })
}

/// Reads the roles that somebody is to hold.
pub fn role_ids(fields: &mut Fields, name: &str, ids: &[String]) -> Option<Vec<RoleId>> {
    if ids.len() > MOST_ROLES {
        fields.violation(name, format!("must name at most {MOST_ROLES} roles"));
        return None;
    }
    let parsed: Vec<RoleId> = fields.check(name, ids.iter().map(|id| id.parse()).collect::<Result<Vec<_>, _>>())?;
    if parsed.iter().collect::<HashSet<_>>().len() < parsed.len() {
        fields.violation(name, "must name each role once");
        return None;
    }
    Some(parsed)
}
