//! A request for each line that somebody is allowed to make, and that does no more harm than it must.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value as ProtoValue};
use serde_json::{Map, Value, json};
use tonic::Request;

use super::house::House;
use super::line::{Line, Target};
use super::outcome::Outcome;
use crate::harness::{Api, PLAN, Person, Rpc, signed, unique};
use crate::openapi::Route;
use crate::plausible::Plausible;
use crate::strangers_grpc::call;

/// The built-in role `org_admin`, the same everywhere.
const ORG_ADMIN: &str = "018f0000-0000-7000-8000-000000000002";

/// Makes the request about this house.
pub async fn send(line: &Line, rpc: &Rpc, api: &Api, caller: Option<&Person>, house: &House) -> Outcome {
    let fields = fields(line, house);
    let plausible = caller.map(|caller| Plausible::new(caller, &house.organization, &house.user));
    match &line.target {
        Target::Route(route) => {
            let body = match (&route.body, fields) {
                (None, _) => None,
                (Some(_), Some(fields)) => Some(fields),
                (Some(_), None) if route.is_body_optional => None,
                (Some(_), None) => plausible.and_then(|plausible| route.valid_body(&plausible)),
            };
            let token = caller.map(|caller| caller.access_token.as_str());
            Outcome::of_answer(&api.json(route.method.clone(), &path(route, house), token, body.as_ref()).await)
        }
        Target::Rpc(method) => {
            let fields = fields.unwrap_or_else(|| json!({}));
            let mut message = match plausible {
                Some(plausible) if line.is_for_services() => plausible.message(method.input()),
                _ => message(method.input(), &fields),
            };
            name_things(&mut message, house);
            let request = match caller {
                Some(caller) => signed(&caller.access_token, message),
                None => Request::new(message),
            };
            Outcome::of_call(call(rpc, method, request).await)
        }
    }
}

/// Of an app, where people may be sent back to from a checkout.
const RETURN_URL: &str = "http://localhost:5173/";

/// What the request says beside the ids in its path; `None` where nothing has to be said.
fn fields(line: &Line, house: &House) -> Option<Value> {
    let fields = match line.name.as_str() {
        "POST /me/orgs"
        | "POST /admin/organizations"
        | "PUT /orgs/{orgId}"
        | "PUT /admin/organizations/{orgId}"
        | "PUT /orgs/{orgId}/roles/{roleId}"
        | "OrganizationService/CreateOrganization"
        | "OrganizationService/UpdateOrganization"
        | "OrganizationAdministrationService/CreateOrganizationFor"
        | "OrganizationAdministrationService/UpdateAnyOrganization"
        | "RoleService/UpdateRole" => json!({ "name": "Acme" }),
        "POST /orgs/{orgId}/transfer-ownership" => json!({ "new_owner_id": house.user }),
        "PUT /orgs/{orgId}/members/{userId}/status"
        | "PUT /orgs/{orgId}/members/{userId}/status (the owner's)"
        | "PUT /admin/organizations/{orgId}/members/{userId}/status"
        | "MembershipService/SetMemberStatus"
        | "MembershipAdministrationService/SetAnyMemberStatus" => json!({ "status": "suspended" }),
        "PUT /orgs/{orgId}/members/{userId}/role" | "MembershipService/SetMemberRole" => json!({ "role": "owner" }),
        "PUT /orgs/{orgId}/members/{userId}/roles"
        | "PUT /orgs/{orgId}/members/{userId}/roles (the owner's)"
        | "PUT /admin/organizations/{orgId}/members/{userId}/roles"
        | "MembershipService/SetMemberRoles"
        | "MembershipAdministrationService/SetAnyMemberRoles" => json!({ "role_codes": ["seller"] }),
        "PUT /orgs/{orgId}/members/{userId}/roles (org_admin)" => json!({ "role_codes": ["org_admin"] }),
        "PUT /orgs/{orgId}/members/{userId}/roles (org_owner)" => json!({ "role_codes": ["org_owner"] }),
        "POST /orgs/{orgId}/roles" | "RoleService/CreateRole" => {
            json!({ "code": format!("r{}", unique()), "name": "Readers", "permission_codes": ["org:read"] })
        }
        "POST /orgs/{orgId}/invitations" => json!({ "email": new_address() }),
        "POST /orgs/{orgId}/invitations (several)" => json!({ "emails": [new_address(), new_address()] }),
        "POST /orgs/{orgId}/invitations (an owner)" => json!({ "email": new_address(), "role": "owner" }),
        "POST /orgs/{orgId}/invitations (an admin)" => json!({ "email": new_address(), "role_ids": [ORG_ADMIN] }),
        "PUT /orgs/{orgId}/invite-links/{id}" => json!({ "is_active": true }),
        "POST /orgs/{orgId}/invite-links (an admin)" => json!({ "role_ids": [ORG_ADMIN] }),
        "POST /admin/organizations/{orgId}/members" => json!({ "user_id": house.user }),
        "PUT /admin/organizations/{orgId}/overdraft" => json!({ "limit": 5 }),
        "POST /admin/organizations/{orgId}/subscription" => json!({ "action": "grant", "plan_code": PLAN }),
        "POST /billing/checkout" => {
            json!({ "plan_code": PLAN, "success_url": RETURN_URL, "cancel_url": RETURN_URL })
        }
        "POST /billing/portal" => json!({ "return_url": RETURN_URL }),
        // Nothing at all, so that the catalog stays as the tests beside this one know it.
        "POST /admin/permissions/register" | "PermissionAdministrationService/RegisterPermissions" => {
            json!({ "service": "authorization-table", "permissions": [] })
        }
        "MembershipService/ExplainAccess" => json!({ "permission": "org:read" }),
        _ => return None,
    };
    Some(fields)
}

fn new_address() -> String {
    format!("guest.{}@example.com", unique())
}

/// The path about this house, with the query that it needs.
fn path(route: &Route, house: &House) -> String {
    let id = match () {
        () if route.path.contains("/invitations/") => &house.invitation,
        () if route.path.contains("/invite-links/") => &house.link,
        () => &house.user,
    };
    let path = route.path.replace("{orgId}", &house.organization).replace("{userId}", &house.user);
    let path = path.replace("{roleId}", &house.role).replace("{id}", id);
    assert!(!path.contains('{'), "{path}: say what its parameters are");
    if path.ends_with("/access") { path + "?permission=org:read" } else { path }
}

/// A message of these fields.
fn message(descriptor: MessageDescriptor, fields: &Value) -> DynamicMessage {
    let empty = Map::new();
    let mut message = DynamicMessage::new(descriptor);
    for (name, value) in fields.as_object().unwrap_or(&empty) {
        let field = message.descriptor().get_field_by_name(name).unwrap_or_else(|| panic!("no field is named {name}"));
        message.set_field(&field, of_field(&field, value));
    }
    message
}

fn of_field(field: &FieldDescriptor, value: &Value) -> ProtoValue {
    match value {
        Value::Array(items) => ProtoValue::List(items.iter().map(|item| of_kind(&field.kind(), item)).collect()),
        _ => of_kind(&field.kind(), value),
    }
}

fn of_kind(kind: &Kind, value: &Value) -> ProtoValue {
    match (kind, value) {
        (Kind::String, Value::String(text)) => ProtoValue::String(text.clone()),
        (Kind::Enum(kind), Value::String(word)) => {
            let ending = format!("_{}", word.to_uppercase());
            let named = kind.values().find(|value| value.name().ends_with(&ending));
            ProtoValue::EnumNumber(named.unwrap_or_else(|| panic!("{word} is not in {kind:?}")).number())
        }
        (Kind::Bool, Value::Bool(is_so)) => ProtoValue::Bool(*is_so),
        _ => panic!("no {kind:?} is made of {value}"),
    }
}

/// Sets the fields that are ids of what is in the house.
fn name_things(message: &mut DynamicMessage, house: &House) {
    for (name, id) in [
        ("organization_id", &house.organization),
        ("user_id", &house.user),
        ("new_owner_id", &house.user),
        ("role_id", &house.role),
    ] {
        if let Some(field) = message.descriptor().get_field_by_name(name) {
            message.set_field(&field, ProtoValue::String(id.clone()));
        }
    }
}
