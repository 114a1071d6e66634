//! `UserService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::user_service_server::UserService;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases::get_users::get_users;
use crate::wire::{answers, requests};

pub struct Users {
    context: Context,
}

impl Users {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl UserService for Users {
    async fn get_users(
        &self,
        request: Request<proto::GetUsersRequest>,
    ) -> Result<Response<proto::GetUsersResponse>, Status> {
        let ids = requests::user_ids(&request.into_inner().user_ids)?;
        let users = get_users(&self.context, &ids).await?;
        Ok(Response::new(proto::GetUsersResponse { users: users.into_iter().map(answers::user).collect() }))
    }
}
