//! The layers that find out who calls and refuse whom the policy does not let in.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use token_verification::{Caller, Position, VerifyError};

use crate::call_origin::note_origin;
use crate::policy::{Policy, Requirement};
use crate::refusal::{ErrorReason, Refusal};
use crate::request_scope::{RequestScope, grpc_answer};
use crate::server_key::{ServerKeySecret, no_key};
use crate::trust::Trust;
use crate::waiting_room::WaitingRoom;

/// Platform roles that open the back office.
const BACK_OFFICE_ROLES: [&str; 2] = ["system_admin", "super_admin"];

/// What the layers need to know.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) trust: Trust,
    pub(crate) policy: Policy,
    pub(crate) waiting_room: WaitingRoom,
}

/// The layer that refuses from a request's head alone whom no message and no waiting would let in, before anything of the message is
/// read.
pub(crate) async fn screen(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    match gate.screen(&mut request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => grpc_answer(refusal.into()),
    }
}

/// The layer that finds out who calls, for calls that were screened and read: reading takes a while, in which a token may end, and
/// whoever demands a change waits for it here.
pub(crate) async fn authenticate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    match gate.admit(&mut request).await {
        Ok(()) => next.run(request).await,
        Err(refusal) => grpc_answer(refusal.into()),
    }
}

impl Gate {
    pub(crate) fn new(trust: Trust, policy: Policy) -> Self {
        Self { trust, policy, waiting_room: WaitingRoom::new() }
    }

    fn requirement(&self, request: &Request) -> Result<Requirement, Refusal> {
        (self.policy)(request.uri().path())
            .ok_or_else(|| Refusal::new(ErrorReason::Forbidden, "This call is not open to anybody."))
    }

    fn screen(&self, request: &mut Request) -> Result<(), Refusal> {
        let is_from_service = self.trust.service_secrets.are_shown(request.headers());
        note_origin(request, is_from_service);
        let requirement = self.requirement(request)?;
        match requirement {
            Requirement::Public => Ok(()),
            Requirement::Service if is_from_service => Ok(()),
            Requirement::Service => {
                Err(Refusal::new(ErrorReason::Forbidden, "Only services of this deployment may make this call."))
            }
            Requirement::SignedIn | Requirement::BackOffice => {
                let caller = self.trust.verifier.authenticate(request.headers()).map_err(refuse_token)?;
                RequestScope::note(|facts| facts.note_caller(&caller));
                check_role(requirement, &caller)
            }
            Requirement::ServiceOrServerKey if is_from_service && !request.headers().contains_key(AUTHORIZATION) => {
                Ok(())
            }
            Requirement::ServerKey | Requirement::ServiceOrServerKey => {
                let key = ServerKeySecret::of_headers(request.headers())?;
                RequestScope::note(|facts| facts.note_server_key(None));
                request.extensions_mut().insert(key);
                Ok(())
            }
        }
    }

    async fn admit(&self, request: &mut Request) -> Result<(), Refusal> {
        let requirement = self.requirement(request)?;
        let caller = match requirement {
            Requirement::Public => match self.caller(request.headers()).await {
                Ok(caller) => caller,
                Err(error @ VerifyError::PositionRefused) => return Err(refuse_token(error)),
                // Whoever calls need not say who it is; a token that is no good counts as none.
                Err(_) => return Ok(()),
            },
            Requirement::SignedIn | Requirement::BackOffice => {
                self.caller(request.headers()).await.map_err(refuse_token)?
            }
            Requirement::Service | Requirement::ServerKey | Requirement::ServiceOrServerKey => return Ok(()),
        };
        RequestScope::note(|facts| facts.note_caller(&caller));
        check_role(requirement, &caller)?;
        request.extensions_mut().insert(caller);
        Ok(())
    }

    /// Whoever demands that a change is known (`guildhall-min-position`) waits for it here, if there is room to.
    async fn caller(&self, headers: &HeaderMap) -> Result<Caller, VerifyError> {
        self.waiting_room.authenticate(&self.trust.verifier, headers).await
    }
}

fn check_role(requirement: Requirement, caller: &Caller) -> Result<(), Refusal> {
    if requirement == Requirement::BackOffice && !BACK_OFFICE_ROLES.iter().any(|role| caller.has_role(role)) {
        return Err(Refusal::new(ErrorReason::Forbidden, "Only the back office may make this call."));
    }
    Ok(())
}

/// The refusal that a token's fault stands for.
pub fn refuse_token(error: VerifyError) -> Refusal {
    match ErrorReason::from_code(error.reason()) {
        Some(ErrorReason::ValidationError) => {
            Refusal::invalid(vec![(Position::MINIMUM_HEADER.to_owned(), error.to_string())])
        }
        Some(ErrorReason::ServiceUnavailable) => Refusal::unavailable(error),
        Some(reason) => Refusal::new(reason, error.to_string()),
        None => Refusal::internal(error),
    }
}

/// Who makes the call. Refused when the RPC is not one for signed-in callers, which means a wrong
/// policy table.
pub fn caller<T>(request: &tonic::Request<T>) -> Result<Caller, Refusal> {
    request
        .extensions()
        .get::<Caller>()
        .cloned()
        .ok_or_else(|| Refusal::new(ErrorReason::Unauthorized, "Sign in and send the access token as a bearer token."))
}

/// The server API key that the call was made with, which may be one that nobody knows. Refused when the RPC is not one for
/// such keys, which means a wrong policy table.
pub fn server_key<T>(request: &tonic::Request<T>) -> Result<ServerKeySecret, Refusal> {
    request.extensions().get::<ServerKeySecret>().cloned().ok_or_else(no_key)
}
