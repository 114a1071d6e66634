//! `SessionService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::session_service_server::SessionService;
use service_kit::authentication::caller;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases::end_my_session::end_my_session;
use crate::use_cases::list_sessions::{list_sessions, scope};
use crate::wire::{requests, sessions};

pub struct Sessions {
    context: Context,
}

impl Sessions {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn list_sessions(
        &self,
        request: Request<proto::ListSessionsRequest>,
    ) -> Result<Response<proto::ListSessionsResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let page = self.context.page_tokens.parse(&scope(&caller), message.page_size, &message.page_token)?;
        let page = list_sessions(&self.context, &caller, page).await?;
        Ok(Response::new(sessions::listed(page, &caller)))
    }

    async fn end_session(
        &self,
        request: Request<proto::EndSessionRequest>,
    ) -> Result<Response<proto::EndSessionResponse>, Status> {
        let caller = caller(&request)?;
        let id = requests::session_id(&request.into_inner().session_id)?;
        let position = end_my_session(&self.context, &caller, id).await?;
        Ok(Response::new(proto::EndSessionResponse { position }))
    }
}
