//! `KeyService`.

use contracts::identity::v1 as proto;
use contracts::identity::v1::key_service_server::KeyService;
use tonic::{Request, Response, Status};

use crate::context::Context;

pub struct Keys {
    context: Context,
}

impl Keys {
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

#[tonic::async_trait]
impl KeyService for Keys {
    async fn list_signing_keys(
        &self,
        _: Request<proto::ListSigningKeysRequest>,
    ) -> Result<Response<proto::ListSigningKeysResponse>, Status> {
        Ok(Response::new(proto::ListSigningKeysResponse { jwks_json: self.context.issuance.keyring.jwks() }))
    }
}
