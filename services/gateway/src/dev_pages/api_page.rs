//! The OpenAPI document as a readable page, rendered once.

use serde_json::{Map, Value};

use super::html::{escape, page};

/// Renders the document's routes and shapes.
pub(super) fn render(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let routes: String = entries(&document["paths"])
        .flat_map(|(path, methods)| entries(methods).map(move |(method, operation)| route(method, path, operation)))
        .collect();
    let shapes: String =
        entries(&document["components"]["schemas"]).map(|(name, schema)| shape(name, schema)).collect();
    page("Guildhall: HTTP API", &format!("<h2>Routes</h2>{routes}<h2>Shapes</h2>{shapes}"))
}

fn route(method: &str, path: &str, operation: &Value) -> String {
    let parameters: String = operation["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    let body = schema_in(&operation["requestBody"]).map(|schema| format!("<p>Body: {schema}</p>")).unwrap_or_default();
    let answers: String = entries(&operation["responses"])
        .map(|(status, answer)| {
            let schema = schema_in(answer).map(|schema| format!(" {schema}")).unwrap_or_default();
            format!("<li><code>{}</code> {}{schema}</li>", escape(status), text(&answer["description"]))
        })
        .collect();
    format!(
        "<article><h3><code>{} {}</code></h3><p>{} {}</p><table>{parameters}</table>{body}<ul>{answers}</ul></article>",
        escape(&method.to_uppercase()),
        escape(path),
        text(&operation["summary"]),
        text(&operation["description"]),
    )
}

fn parameter(parameter: &Value) -> String {
    format!(
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
        text(&parameter["name"]),
        text(&parameter["in"]),
        text(&parameter["description"])
    )
}

fn shape(name: &str, schema: &Value) -> String {
    let pretty = serde_json::to_string_pretty(schema).unwrap_or_default();
    let name = escape(name);
    format!("<article id=\"{name}\"><h3>{name}</h3><pre>{}</pre></article>", escape(&pretty))
}

/// A link to the shape that a body or an answer has.
fn schema_in(holder: &Value) -> Option<String> {
    let reference = holder["content"]["application/json"]["schema"]["$ref"].as_str()?;
    let name = escape(reference.rsplit('/').next()?);
    Some(format!("<a href=\"#{name}\">{name}</a>"))
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}
