//! gRPC reflection, v1 and v1alpha: who may ask which calls there are.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tonic::service::Routes;
use tonic_reflection::server::{Builder, Error};

use crate::authentication::refuse_token;
use crate::request_scope::grpc_answer;
use crate::trust::Trust;

/// Who may ask. Health answers everybody in any case.
#[derive(Clone)]
pub enum Reflection {
    /// Everybody.
    Public,
    /// Whoever is signed in, by an access token that this trust believes, and other services of the deployment.
    Authenticated(Trust),
    /// Nobody: there is no such call.
    Off,
}

impl Reflection {
    /// The routes that answer over `descriptors`.
    pub(crate) fn routes(self, descriptors: &'static [u8]) -> Result<Router, Error> {
        // Without a fallback of their own, so that they can be merged into others.
        let everybody = || -> Result<Router, Error> {
            let routes = Routes::from(Router::new())
                .add_service(reflection(descriptors).build_v1()?)
                .add_service(reflection(descriptors).build_v1alpha()?);
            Ok(routes.into_axum_router())
        };
        match self {
            Self::Public => everybody(),
            Self::Authenticated(trust) => Ok(everybody()?.route_layer(from_fn_with_state(trust, let_in))),
            Self::Off => Ok(Router::new()),
        }
    }
}

fn reflection(descriptors: &'static [u8]) -> Builder<'static> {
    // Without the sets of health and error details, grpcurl shows neither of them readable.
    Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}

async fn let_in(State(trust): State<Trust>, request: Request, next: Next) -> Response {
    if !trust.service_secrets.are_shown(request.headers())
        && let Err(error) = trust.verifier.authenticate(request.headers())
    {
        return grpc_answer(refuse_token(error).into());
    }
    next.run(request).await
}
