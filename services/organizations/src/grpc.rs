//! The calls: each reads a command, runs one use case and answers.

mod access_service;
mod audit_service;
mod change_service;
mod membership_administration_service;
mod membership_service;
mod organization_administration_service;
mod organization_service;
mod permission_administration_service;
mod role_service;

use contracts::organizations::v1::access_service_server::AccessServiceServer;
use contracts::organizations::v1::audit_service_server::AuditServiceServer;
use contracts::organizations::v1::membership_administration_service_server::MembershipAdministrationServiceServer;
use contracts::organizations::v1::membership_service_server::MembershipServiceServer;
use contracts::organizations::v1::organization_administration_service_server::OrganizationAdministrationServiceServer;
use contracts::organizations::v1::organization_change_service_server::OrganizationChangeServiceServer;
use contracts::organizations::v1::organization_service_server::OrganizationServiceServer;
use contracts::organizations::v1::permission_administration_service_server::PermissionAdministrationServiceServer;
use contracts::organizations::v1::role_service_server::RoleServiceServer;
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::microservice::MicroserviceBuilder;
use service_kit::positions::Tail;
use service_kit::{CallOrigin, Refusal, authentication};
use tonic::Request;

use crate::context::Context;
use crate::domain::caller::{Caller, Capacity};
use crate::grpc::change_service::Changes;

/// Carries out the calls of every service of this crate.
#[derive(Clone)]
pub struct Grpc {
    /// What use cases work with.
    pub context: Context,
}

impl Grpc {
    /// Offers the calls of every service of this crate.
    pub fn add_to(self, builder: MicroserviceBuilder, changes: &Tail) -> MicroserviceBuilder {
        let changes = OrganizationChangeServiceServer::new(Changes(changes.clone()));
        builder
            .add(changes.max_decoding_message_size(LARGEST_MESSAGE))
            .add(OrganizationServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(MembershipServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(MembershipAdministrationServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(OrganizationAdministrationServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(PermissionAdministrationServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(AuditServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(RoleServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(AccessServiceServer::new(self).max_decoding_message_size(LARGEST_MESSAGE))
    }
}

/// Who makes the call, for themselves or as a member.
fn caller<T>(request: &Request<T>) -> Result<Caller, Refusal> {
    called(request, Capacity::Member)
}

/// Who makes the call as somebody of the back office.
fn administrator<T>(request: &Request<T>) -> Result<Caller, Refusal> {
    called(request, Capacity::BackOffice)
}

fn called<T>(request: &Request<T>, capacity: Capacity) -> Result<Caller, Refusal> {
    let caller = authentication::caller(request)?;
    Ok(Caller {
        user_id: caller.user_id.into(),
        session_id: caller.session_id.into(),
        capacity,
        origin: CallOrigin::of(request),
    })
}
