//! The OpenAPI document: what the routes say of themselves, and what holds for all of them.

use std::sync::Arc;

use axum::Router;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, Ref, ResponseBuilder, Server};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::gateway::Gateway;
use crate::settings::Settings;
use crate::shapes::error::ErrorEnvelope;

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
    document.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    let mut scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    scheme = scheme.description(Some("The access token."));
    document
        .components
        .get_or_insert_with(Components::new)
        .add_security_scheme("bearer", SecurityScheme::Http(scheme.build()));
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.insert("default".to_owned(), refused().into());
        }
    }
    // A document of plain strings and maps always becomes JSON.
    let json = document.to_json().unwrap_or_default();
    (router, json.into())
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    methods.into_iter().filter_map(Option::as_mut)
}

fn refused() -> utoipa::openapi::Response {
    let envelope = Ref::from_schema_name(ErrorEnvelope::name());
    ResponseBuilder::new()
        .description("Refused; `error.code` says why")
        .content("application/json", ContentBuilder::new().schema(Some(envelope)).build())
        .build()
}
