//! The calls: each reads a command, runs one use case and answers.

mod access_service;
mod membership_administration_service;
mod membership_service;
mod organization_service;
mod role_service;

use contracts::organizations::v1::access_service_server::AccessServiceServer;
use contracts::organizations::v1::membership_administration_service_server::MembershipAdministrationServiceServer;
use contracts::organizations::v1::membership_service_server::MembershipServiceServer;
use contracts::organizations::v1::organization_service_server::OrganizationServiceServer;
use contracts::organizations::v1::role_service_server::RoleServiceServer;
use service_kit::limits::LARGEST_MESSAGE;
use service_kit::microservice::MicroserviceBuilder;
use service_kit::{Refusal, authentication};
use tonic::Request;

use crate::context::Context;
use crate::domain::ids::UserId;

/// Carries out the calls of every service of this crate.
#[derive(Clone)]
pub struct Grpc {
    /// What use cases work with.
    pub context: Context,
}

impl Grpc {
    /// Offers the calls of every service of this crate.
    pub fn add_to(self, builder: MicroserviceBuilder) -> MicroserviceBuilder {
        builder
            .add(OrganizationServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(MembershipServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(MembershipAdministrationServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(RoleServiceServer::new(self.clone()).max_decoding_message_size(LARGEST_MESSAGE))
            .add(AccessServiceServer::new(self).max_decoding_message_size(LARGEST_MESSAGE))
    }
}

/// Who makes the call.
fn caller<T>(request: &Request<T>) -> Result<UserId, Refusal> {
    Ok(authentication::caller(request)?.user_id.into())
}
