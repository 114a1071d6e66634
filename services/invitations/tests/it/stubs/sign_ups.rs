//! Identity: sign-ups, remembered.

use std::sync::{Arc, Mutex};

use contracts::identity::v1::authentication_service_server::AuthenticationService;
use contracts::identity::v1::{
    IssueTokenRequest, IssueTokenResponse, LoginRequest, LoginResponse, LogoutAllRequest, LogoutAllResponse,
    LogoutRequest, LogoutResponse, RefreshRequest, RefreshResponse, RegisterRequest, RegisterResponse,
    SwitchOrganizationRequest, SwitchOrganizationResponse, User, UserStatus,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Users;

/// Makes users whose addresses are not proven.
#[derive(Clone, Default)]
pub struct SignUps {
    pub users: Users,
    pub seen: Arc<Mutex<Vec<RegisterRequest>>>,
}

fn not_asked<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("invitations does not ask"))
}

#[tonic::async_trait]
impl AuthenticationService for SignUps {
    async fn register(&self, request: Request<RegisterRequest>) -> Result<Response<RegisterResponse>, Status> {
        let request = request.into_inner();
        let id = Uuid::now_v7();
        let user = User {
            id: id.to_string(),
            email: request.email.clone(),
            status: UserStatus::Active.into(),
            ..User::default()
        };
        self.users.known.lock().unwrap().insert(id, user.clone());
        self.seen.lock().unwrap().push(request);
        Ok(Response::new(RegisterResponse { user: Some(user), user_id: id.to_string(), ..Default::default() }))
    }

    async fn login(&self, _: Request<LoginRequest>) -> Result<Response<LoginResponse>, Status> {
        not_asked()
    }

    async fn refresh(&self, _: Request<RefreshRequest>) -> Result<Response<RefreshResponse>, Status> {
        not_asked()
    }

    async fn switch_organization(
        &self,
        _: Request<SwitchOrganizationRequest>,
    ) -> Result<Response<SwitchOrganizationResponse>, Status> {
        not_asked()
    }

    async fn issue_token(&self, _: Request<IssueTokenRequest>) -> Result<Response<IssueTokenResponse>, Status> {
        not_asked()
    }

    async fn logout(&self, _: Request<LogoutRequest>) -> Result<Response<LogoutResponse>, Status> {
        not_asked()
    }

    async fn logout_all(&self, _: Request<LogoutAllRequest>) -> Result<Response<LogoutAllResponse>, Status> {
        not_asked()
    }
}
