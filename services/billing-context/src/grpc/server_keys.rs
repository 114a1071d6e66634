//! `ServerKeyService`.

use contracts::billing::v1::server_key_service_server::ServerKeyService;
use contracts::billing::v1::{
    AuthorizeServerKeyRequest, AuthorizeServerKeyResponse, CreateServerKeyRequest, CreateServerKeyResponse,
    ListServerKeysRequest, ListServerKeysResponse, RevokeServerKeyRequest, RevokeServerKeyResponse,
};
use service_kit::authentication::server_key;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;
use crate::wire::{read_new_key, read_scope, server_key_id};

/// What page tokens of the list of keys are good for.
const SCOPE: &str = "server keys";

pub struct ServerKeys(pub Context);

#[tonic::async_trait]
impl ServerKeyService for ServerKeys {
    async fn create_server_key(
        &self,
        request: Request<CreateServerKeyRequest>,
    ) -> Result<Response<CreateServerKeyResponse>, Status> {
        let caller = caller(&request)?;
        let command = read_new_key(request.get_ref(), self.0.clock.now())?;
        let created = use_cases::create_server_key(&self.0, &caller, command).await?;
        Ok(Response::new(created.into()))
    }

    async fn list_server_keys(
        &self,
        request: Request<ListServerKeysRequest>,
    ) -> Result<Response<ListServerKeysResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let page = self.0.page_tokens.parse(SCOPE, request.page_size, &request.page_token)?;
        let page = use_cases::list_server_keys(&self.0, caller.user_id, SCOPE, page).await?;
        let server_keys = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListServerKeysResponse { server_keys, next_page_token: page.next_page_token }))
    }

    async fn revoke_server_key(
        &self,
        request: Request<RevokeServerKeyRequest>,
    ) -> Result<Response<RevokeServerKeyResponse>, Status> {
        let caller = caller(&request)?;
        let id = server_key_id(&request.get_ref().server_key_id)?;
        use_cases::revoke_server_key(&self.0, &caller, id).await?;
        Ok(Response::new(RevokeServerKeyResponse {}))
    }

    async fn authorize_server_key(
        &self,
        request: Request<AuthorizeServerKeyRequest>,
    ) -> Result<Response<AuthorizeServerKeyResponse>, Status> {
        let key = server_key(&request)?;
        let scope = read_scope(&request.get_ref().scope)?;
        use_cases::authorize_key(&self.0, &key, scope).await?;
        Ok(Response::new(AuthorizeServerKeyResponse {}))
    }
}
