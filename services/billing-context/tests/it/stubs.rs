//! Organizations, reduced to what billing asks of it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use contracts::organizations::v1 as proto;
use contracts::organizations::v1::access_service_server::AccessService;
use service_kit::{ErrorReason, Refusal};
use tonic::{Request, Response, Status};
use uuid::Uuid;

/// Knows these organizations, lets these (user, organization) pairs read and manage billing, and these users into the back
/// office.
#[derive(Clone, Default)]
pub struct Organizations {
    pub existing: Arc<Mutex<HashSet<Uuid>>>,
    pub members: Arc<Mutex<HashSet<(Uuid, Uuid)>>>,
    pub administrators: Arc<Mutex<HashSet<Uuid>>>,
    /// In the order in which they ended, each at the position that is its place in the list.
    pub ended: Arc<Mutex<Vec<Uuid>>>,
    pub is_down: Arc<AtomicBool>,
    pub suspended: Arc<Mutex<HashSet<Uuid>>>,
}

#[tonic::async_trait]
impl AccessService for Organizations {
    async fn authorize(
        &self,
        request: Request<proto::AuthorizeRequest>,
    ) -> Result<Response<proto::AuthorizeResponse>, Status> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(Status::unavailable("down"));
        }
        let request = request.into_inner();
        assert!(["org:billing:read", "org:billing:manage", "org:audit:read"].contains(&request.permission.as_str()));
        let pair = (request.user_id.parse().unwrap(), request.organization_id.parse().unwrap());
        if !self.members.lock().unwrap().contains(&pair) {
            return Err(Refusal::new(ErrorReason::OrganizationNotFound, "There is no such organization.").into());
        }
        Ok(Response::new(proto::AuthorizeResponse::default()))
    }

    async fn authorize_back_office(
        &self,
        request: Request<proto::AuthorizeBackOfficeRequest>,
    ) -> Result<Response<proto::AuthorizeBackOfficeResponse>, Status> {
        let user = request.into_inner().user_id.parse().unwrap();
        let is_allowed = self.administrators.lock().unwrap().contains(&user);
        Ok(Response::new(proto::AuthorizeBackOfficeResponse { is_allowed }))
    }

    async fn list_ended_organizations(
        &self,
        request: Request<proto::ListEndedOrganizationsRequest>,
    ) -> Result<Response<proto::ListEndedOrganizationsResponse>, Status> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(Status::unavailable("down"));
        }
        let request = request.into_inner();
        let ended = self.ended.lock().unwrap();
        let places = ended.iter().zip(0_i64..).filter(|(_, position)| *position > request.after_position);
        let endings = places
            .take(usize::try_from(request.page_size).unwrap())
            .map(|(id, position)| proto::EndedOrganization { organization_id: id.to_string(), position });
        Ok(Response::new(proto::ListEndedOrganizationsResponse { endings: endings.collect() }))
    }

    async fn ensure_personal_organization(
        &self,
        _: Request<proto::EnsurePersonalOrganizationRequest>,
    ) -> Result<Response<proto::EnsurePersonalOrganizationResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn get_access(
        &self,
        _: Request<proto::GetAccessRequest>,
    ) -> Result<Response<proto::GetAccessResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn open_offer(
        &self,
        _: Request<proto::OpenOfferRequest>,
    ) -> Result<Response<proto::OpenOfferResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn close_offer(
        &self,
        _: Request<proto::CloseOfferRequest>,
    ) -> Result<Response<proto::CloseOfferResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn look_up_organization(
        &self,
        request: Request<proto::LookUpOrganizationRequest>,
    ) -> Result<Response<proto::LookUpOrganizationResponse>, Status> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(Status::unavailable("down"));
        }
        let organization = request.get_ref().organization_id.parse().unwrap();
        if !self.existing.lock().unwrap().contains(&organization) {
            return Err(Refusal::new(ErrorReason::OrganizationNotFound, "There is no such organization.").into());
        }
        let is_suspended = self.suspended.lock().unwrap().contains(&organization);
        let status =
            if is_suspended { proto::OrganizationStatus::Suspended } else { proto::OrganizationStatus::Active };
        Ok(Response::new(proto::LookUpOrganizationResponse { status: status.into() }))
    }

    async fn check_offer(
        &self,
        _: Request<proto::CheckOfferRequest>,
    ) -> Result<Response<proto::CheckOfferResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn add_member(
        &self,
        _: Request<proto::AddMemberRequest>,
    ) -> Result<Response<proto::AddMemberResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn call_off_join(
        &self,
        _: Request<proto::CallOffJoinRequest>,
    ) -> Result<Response<proto::CallOffJoinResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn depart_user(
        &self,
        _: Request<proto::DepartUserRequest>,
    ) -> Result<Response<proto::DepartUserResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }

    async fn record_profile(
        &self,
        _: Request<proto::RecordProfileRequest>,
    ) -> Result<Response<proto::RecordProfileResponse>, Status> {
        Err(Status::unimplemented("not asked by billing"))
    }
}
