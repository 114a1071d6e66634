//! The OpenAPI document: what the routes say of themselves, and what holds for all of them.

use std::sync::Arc;

use axum::Router;
use token_verification::REFRESH_HINT_RIGHTS;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, ContentBuilder, Header, HeaderBuilder, Ref, RefOr, Required, ResponseBuilder, Server,
};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::cookies::{ACCESS, CookieKind, REFRESH};
use crate::gateway::Gateway;
use crate::settings::Settings;
use crate::shapes::error::ErrorEnvelope;

/// A service's letter and a number.
const POSITION: &str = "^[iob]:[0-9]+$";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guildhall",
        description = "Organizations, memberships, invitations, roles, sessions and billing of a B2B product. Every \
                       refusal comes in one envelope with a stable code.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ErrorEnvelope))
)]
struct Document;

/// Splits the routes into the router that serves them and the document, as JSON, that describes them.
pub(crate) fn complete(routes: OpenApiRouter<Gateway>, settings: &Settings) -> (Router<Gateway>, Arc<str>) {
    let described = OpenApiRouter::with_openapi(Document::openapi()).merge(routes);
    let (router, mut document) = described.split_for_parts();
    document.servers = Some(vec![Server::new(settings.public_url.clone())]);
    document.security =
        Some(["bearer", "cookie"].map(|name| SecurityRequirement::new(name, Vec::<String>::new())).into());
    let components = document.components.get_or_insert_with(Components::new);
    for (name, scheme) in security_schemes() {
        components.add_security_scheme(name, scheme);
    }
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.insert("default".to_owned(), refused().into());
            if is_for_users(operation) {
                operation.parameters.get_or_insert_default().push(minimum_position().into());
                tell_on_success(operation, "guildhall-refresh-hint", &refresh_hint());
            }
        }
        for operation in writes(item) {
            tell_on_success(operation, "guildhall-position", &position());
        }
        if let Some(post) = &mut item.post {
            post.parameters.get_or_insert_default().push(idempotency_key().into());
        }
    }
    // A document of plain strings and maps always becomes JSON.
    let json = document.to_json().unwrap_or_default();
    (router, json.into())
}

fn security_schemes() -> [(&'static str, SecurityScheme); 4] {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let bearer = bearer.description(Some("The access token."));
    let server_key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("gh_sk_…");
    let server_key = server_key.description(Some("A server API key, for the operator's own programs."));
    let cookie = |kind: &CookieKind, description| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(kind.name(), description)))
    };
    [
        ("bearer", SecurityScheme::Http(bearer.build())),
        ("server_key", SecurityScheme::Http(server_key.build())),
        (
            "cookie",
            cookie(
                &ACCESS,
                "The access token in a browser. Writes must come from a page of an allowed origin \
                 (`Sec-Fetch-Site` or `Origin`), and a bearer token counts first.",
            ),
        ),
        (
            "refresh_cookie",
            cookie(&REFRESH, "The refresh token in a browser; a refresh token in the body counts first."),
        ),
    ]
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    methods.into_iter().filter_map(Option::as_mut)
}

fn writes(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().filter_map(Option::as_mut)
}

/// Whether an access token is looked at: where nothing else is said, one is needed.
fn is_for_users(operation: &Operation) -> bool {
    let names = |requirement: &SecurityRequirement| {
        let requirement = serde_json::to_value(requirement).unwrap_or_default();
        requirement.get("bearer").is_some()
    };
    operation.security.as_ref().is_none_or(|requirements| requirements.iter().any(names))
}

fn minimum_position() -> Parameter {
    let position = ObjectBuilder::new().schema_type(Type::String).pattern(Some(POSITION));
    ParameterBuilder::new()
        .name("Guildhall-Min-Position")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "What an earlier answer said in `Guildhall-Position`: the access token is judged by no less than what was known \
             then. Half a second at most is waited for it; after that, a token that does not know it is TOKEN_STALE. A refreshed \
             token knows it: leave the header out with that one.",
        ))
        .schema(Some(position))
        .build()
}

/// Whatever changes something may take something away.
fn position() -> Header {
    let position = ObjectBuilder::new().schema_type(Type::String).pattern(Some(POSITION));
    HeaderBuilder::new()
        .schema(Some(position))
        .description(Some(
            "When something was taken away: the position from which on older access tokens that say otherwise are refused, to be \
             sent as `Guildhall-Min-Position` by whoever wants to see it so.",
        ))
        .build()
}

fn refresh_hint() -> Header {
    let hint = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([REFRESH_HINT_RIGHTS]));
    HeaderBuilder::new()
        .schema(Some(hint))
        .description(Some(
            "When the caller may do more than the access token says: it is good as before, and a refreshed one says what is new.",
        ))
        .build()
}

fn tell_on_success(operation: &mut Operation, name: &str, header: &Header) {
    for (status, response) in &mut operation.responses.responses {
        if status.starts_with('2')
            && let RefOr::T(response) = response
        {
            response.headers.insert(name.to_owned(), header.clone().into());
        }
    }
}

fn idempotency_key() -> Parameter {
    let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A random text of the caller's choice, visible ASCII. The same request under the same key is carried out \
             once and gets the first answer again for 24 hours, marked with `Idempotent-Replayed: true`; another \
             request under it is IDEMPOTENCY_CONFLICT.",
        ))
        .schema(Some(key.pattern(Some("^[!-~]+$"))))
        .build()
}

fn refused() -> utoipa::openapi::Response {
    let envelope = Ref::from_schema_name(ErrorEnvelope::name());
    ResponseBuilder::new()
        .description("Refused; `error.code` says why")
        .content("application/json", ContentBuilder::new().schema(Some(envelope)).build())
        .build()
}
