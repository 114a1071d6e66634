//! Identity: sign-ups, remembered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use contracts::identity::v1::authentication_service_server::AuthenticationService;
use contracts::identity::v1::{
    IssueTokenRequest, IssueTokenResponse, LoginRequest, LoginResponse, LogoutAllRequest, LogoutAllResponse,
    LogoutRequest, LogoutResponse, RefreshRequest, RefreshResponse, RegisterRequest, RegisterResponse,
    SwitchOrganizationRequest, SwitchOrganizationResponse, User, UserStatus,
};
use service_kit::{ErrorReason, Refusal};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Users;

/// Makes users whose addresses are not proven; the same request again finds them made.
#[derive(Clone, Default)]
pub struct SignUps {
    pub users: Users,
    pub seen: Arc<Mutex<Vec<RegisterRequest>>>,
    /// Refuses everybody for this reason.
    pub refuses: Arc<Mutex<Option<ErrorReason>>>,
    /// Makes users and tells nobody.
    pub loses_answers: Arc<AtomicBool>,
    pub made: Arc<Mutex<HashMap<String, (String, User)>>>,
}

impl SignUps {
    /// How many accounts there are.
    pub fn accounts(&self) -> usize {
        self.made.lock().unwrap().len()
    }

    fn make(&self, request: &RegisterRequest) -> Result<User, Status> {
        if let Some(reason) = *self.refuses.lock().unwrap() {
            return Err(Refusal::new(reason, "no").into());
        }
        let mut made = self.made.lock().unwrap();
        let (password, user) = made.entry(request.email.to_lowercase()).or_insert_with(|| {
            let user = User {
                id: Uuid::now_v7().to_string(),
                email: request.email.clone(),
                status: UserStatus::Active.into(),
                ..User::default()
            };
            (request.password.clone(), user)
        });
        if *password != request.password {
            return Err(Refusal::new(ErrorReason::UserAlreadyExists, "known").into());
        }
        Ok(user.clone())
    }
}

fn not_asked<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("invitations does not ask"))
}

#[tonic::async_trait]
impl AuthenticationService for SignUps {
    async fn register(&self, request: Request<RegisterRequest>) -> Result<Response<RegisterResponse>, Status> {
        let request = request.into_inner();
        let user = self.make(&request)?;
        self.users.known.lock().unwrap().insert(user.id.parse().unwrap(), user.clone());
        self.seen.lock().unwrap().push(request);
        if self.loses_answers.load(Ordering::SeqCst) {
            return Err(Status::unavailable("lost"));
        }
        Ok(Response::new(RegisterResponse { user_id: user.id.clone(), user: Some(user), ..Default::default() }))
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
