//! Every HTTP route, read from the product's own OpenAPI document.

use std::fmt;

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::harness::Api;
use crate::plausible::Plausible;

/// One method of one path.
#[derive(Clone)]
pub struct Route {
    pub method: Method,
    pub path: String,
    /// Names of the query parameters that must be given.
    pub query: Vec<String>,
    /// What the body holds; `None` when the route takes none.
    pub body: Option<Vec<Property>>,
    /// Whether the body may be left out.
    pub is_body_optional: bool,
    /// Whether it is for programs with a server API key, and for nobody else.
    pub takes_server_key: bool,
}

/// A field of a body.
#[derive(Clone)]
pub struct Property {
    pub name: String,
    /// `string`, `integer`, `boolean`, `array` or `object`.
    pub kind: String,
    pub is_required: bool,
}

impl Route {
    /// All of them.
    pub async fn all(api: &Api) -> Vec<Self> {
        let document = api.get("/openapi.json").await.expect(200);
        let paths = document["paths"].as_object().expect("paths");
        let mut routes = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("methods") {
                let method = match method.as_str() {
                    "get" => Method::GET,
                    "put" => Method::PUT,
                    "post" => Method::POST,
                    "delete" => Method::DELETE,
                    "patch" => Method::PATCH,
                    _ => continue,
                };
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let body = schema.is_object().then(|| properties(&document, schema));
                let is_body_optional = operation["requestBody"]["required"] != true;
                let query = required_query(operation);
                let takes_server_key = operation["security"] == json!([{ "server_key": [] }]);
                routes.push(Self { method, path: path.clone(), query, body, is_body_optional, takes_server_key });
            }
        }
        assert!(routes.len() > 30, "the document lists only {} routes", routes.len());
        routes
    }

    /// Whether the path names an organization.
    pub fn is_of_an_organization(&self) -> bool {
        self.path.contains("{orgId}")
    }

    /// Names of the path's parameters that are ids of ours.
    pub fn ids(&self) -> Vec<&str> {
        let names = self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.filter(|name| !["token", "eventId"].contains(name)).collect()
    }

    /// The path and the query that must be given, with plausible parameters.
    pub fn filled(&self, plausible: &Plausible) -> String {
        let mut path = self.path.clone();
        for name in self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            path = path.replace(&format!("{{{name}}}"), &plausible.text(name));
        }
        for (index, name) in self.query.iter().enumerate() {
            let before = if index == 0 { '?' } else { '&' };
            path.push_str(&format!("{before}{name}={}", plausible.text(name)));
        }
        path
    }

    /// A body that passes validation, with every field that is required.
    pub fn valid_body(&self, plausible: &Plausible) -> Option<Value> {
        let properties = self.body.as_ref()?;
        let required = properties.iter().filter(|property| property.is_required);
        let mut body: Map<_, _> =
            required.map(|property| (property.name.clone(), plausible.json(&property.name, &property.kind))).collect();
        // A body of optional fields alone says nothing without one.
        if let (true, Some(some)) = (body.is_empty(), properties.iter().find(|property| property.is_harmless())) {
            body.insert(some.name.clone(), plausible.json(&some.name, &some.kind));
        }
        Some(Value::Object(body))
    }
}

fn required_query(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let required = parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    required.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect()
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Property {
    fn is_harmless(&self) -> bool {
        ["name", "email", "role", "refresh_token"].contains(&self.name.as_str())
    }

    /// A value of another type.
    pub fn of_another_type(&self) -> Value {
        match self.kind.as_str() {
            "string" => json!(12345),
            "integer" | "boolean" | "array" => json!("a text"),
            _ => json!(["a list"]),
        }
    }
}

fn properties(document: &Value, schema: &Value) -> Vec<Property> {
    let alternatives = schema["oneOf"].as_array().map(|either| either.iter().find(|schema| schema["type"] != "null"));
    let schema = resolved(document, alternatives.flatten().unwrap_or(schema));
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().expect("a body is an object with properties");
    properties
        .iter()
        .map(|(name, schema)| Property {
            name: name.clone(),
            kind: kind(document, schema),
            is_required: required.contains(&json!(name)),
        })
        .collect()
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere"),
        None => schema,
    }
}

/// The type, whether or not null is allowed beside it.
fn kind(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    let alternatives = ["oneOf", "anyOf", "allOf"].iter().find_map(|key| schema[*key].as_array());
    if let Some(alternatives) = alternatives {
        let mut kinds = alternatives.iter().map(|alternative| kind(document, alternative));
        return kinds.find(|kind| kind != "null").expect("a type beside null");
    }
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").expect("a type beside null").to_owned()
        }
        _ => "object".to_owned(),
    }
}
