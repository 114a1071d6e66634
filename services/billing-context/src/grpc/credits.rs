//! `CreditService` and `CreditAdministrationService`.

use contracts::billing::v1::credit_administration_service_server::CreditAdministrationService;
use contracts::billing::v1::credit_service_server::CreditService;
use contracts::billing::v1::{
    GetBalanceRequest, GetBalanceResponse, ListTransactionsRequest, ListTransactionsResponse, SetOverdraftRequest,
    SetOverdraftResponse,
};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;
use crate::wire::{balance, organization_id};

#[derive(Clone)]
pub struct Credits(pub Context);

#[tonic::async_trait]
impl CreditService for Credits {
    async fn get_balance(&self, request: Request<GetBalanceRequest>) -> Result<Response<GetBalanceResponse>, Status> {
        let caller = caller(&request)?;
        let organization = organization_id(&request.get_ref().organization_id)?;
        let account = use_cases::get_balance(&self.0, caller.user_id, organization).await?;
        Ok(Response::new(balance(account)))
    }

    async fn list_transactions(
        &self,
        request: Request<ListTransactionsRequest>,
    ) -> Result<Response<ListTransactionsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let organization = organization_id(&request.organization_id)?;
        let scope = use_cases::transactions_scope(organization);
        let page = self.0.page_tokens.parse(&scope, request.page_size, &request.page_token)?;
        let page = use_cases::list_transactions(&self.0, caller.user_id, organization, page).await?;
        let transactions = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListTransactionsResponse { transactions, next_page_token: page.next_page_token }))
    }
}

#[tonic::async_trait]
impl CreditAdministrationService for Credits {
    async fn set_overdraft(
        &self,
        request: Request<SetOverdraftRequest>,
    ) -> Result<Response<SetOverdraftResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().try_into()?;
        let account = use_cases::set_overdraft(&self.0, &caller, command).await?;
        Ok(Response::new(account.into()))
    }
}
