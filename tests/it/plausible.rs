//! Values that pass validation, by the name of the field: for calling whatever there is.

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, ReflectMessage, Value as ProtoValue};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, Person, random_id, unique};

/// Speaks for one person about one organization.
#[derive(Clone)]
pub struct Plausible {
    organization_id: String,
    user_id: String,
    email: String,
    refresh_token: String,
    slug: String,
    other_id: String,
}

impl Plausible {
    /// `caller` about this organization and this member of it.
    pub fn new(caller: &Person, organization_id: &str, user_id: &str) -> Self {
        Self {
            organization_id: organization_id.to_owned(),
            user_id: user_id.to_owned(),
            email: caller.email.clone(),
            refresh_token: caller.refresh_token.clone(),
            slug: format!("plausible-{}", unique()),
            other_id: random_id(),
        }
    }

    /// The same about another organization.
    pub fn about(&self, organization_id: &str) -> Self {
        Self { organization_id: organization_id.to_owned(), ..self.clone() }
    }

    /// A text for a field or path parameter of this name.
    pub fn text(&self, name: &str) -> String {
        match name {
            "orgId" | "organization_id" => &self.organization_id,
            "userId" | "user_id" | "new_owner_id" => &self.user_id,
            "email" => &self.email,
            "new_email" => return format!("plausible.{}@example.com", unique()),
            "password" => PASSWORD,
            "refresh_token" => &self.refresh_token,
            "slug" => &self.slug,
            "role" => "member",
            "status" => "suspended",
            "confirmation" => "DELETE",
            "token" => "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "app_code" | "page_token" => "",
            "permission" => "org:read",
            "plan_code" => "plausible",
            "action" => "reactivate",
            "success_url" | "cancel_url" | "return_url" => "http://localhost:5173/",
            "code" => "plausible-role",
            "service" | "category" => "plausible",
            "roleId" => &self.other_id,
            _ if name == "id" || name.ends_with("_id") || name.ends_with("_uuid") => &self.other_id,
            _ => "Plausible",
        }
        .to_owned()
    }

    /// A JSON value for a field of this name and type.
    pub fn json(&self, name: &str, kind: &str) -> Value {
        match kind {
            "string" => json!(self.text(name)),
            "integer" | "number" => json!(5),
            "boolean" => json!(false),
            "array" if name == "permission_codes" => json!(["org:read"]),
            "array" if name == "permissions" || name == "plans" => json!([]),
            "array" if name == "scopes" => json!(["billing:read"]),
            "array" => json!(["seller"]),
            _ => json!({}),
        }
    }

    /// A message with every field that is not a message itself.
    pub fn message(&self, descriptor: MessageDescriptor) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor);
        for field in message.descriptor().fields() {
            let value = match field.kind() {
                Kind::String if field.is_list() => match field.name() {
                    "role_codes" => ProtoValue::List(vec![ProtoValue::String("seller".to_owned())]),
                    "permission_codes" => ProtoValue::List(vec![ProtoValue::String("org:read".to_owned())]),
                    "scopes" => ProtoValue::List(vec![ProtoValue::String("billing:read".to_owned())]),
                    "emails" => ProtoValue::List(vec![ProtoValue::String(self.text("new_email"))]),
                    "user_ids" => ProtoValue::List(vec![ProtoValue::String(self.user_id.clone())]),
                    _ => continue,
                },
                Kind::String => ProtoValue::String(self.text(field.name())),
                // The last value of a small enum: a suspended member, an ordinary role.
                Kind::Enum(kind) if kind.values().len() == 3 => ProtoValue::EnumNumber(2),
                Kind::Int64 => ProtoValue::I64(5),
                _ => continue,
            };
            message.set_field(&field, value);
        }
        message
    }
}
