//! `CreditService`.

use contracts::billing::v1::credit_service_server::CreditService;
use contracts::billing::v1::{
    DepositRequest, DepositResponse, GetBalanceRequest, GetBalanceResponse, ListTransactionsRequest,
    ListTransactionsResponse,
};
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::grpc::caller;
use crate::use_cases;
use crate::wire::{balance, organization_id};

pub struct Credits(pub Context);

#[tonic::async_trait]
impl CreditService for Credits {
    async fn get_balance(&self, request: Request<GetBalanceRequest>) -> Result<Response<GetBalanceResponse>, Status> {
        let caller = caller(&request)?;
        let organization = organization_id(&request.get_ref().organization_id)?;
        let units = use_cases::get_balance(&self.0, caller.user_id, organization).await?;
        Ok(Response::new(balance(units)))
    }

    async fn list_transactions(
        &self,
        request: Request<ListTransactionsRequest>,
    ) -> Result<Response<ListTransactionsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let organization = organization_id(&request.organization_id)?;
        let scope = format!("transactions/{organization}");
        let page = self.0.page_tokens.parse(&scope, request.page_size, &request.page_token)?;
        let page = use_cases::list_transactions(&self.0, caller.user_id, organization, &scope, page).await?;
        let transactions = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListTransactionsResponse { transactions, next_page_token: page.next_page_token }))
    }

    async fn deposit(&self, request: Request<DepositRequest>) -> Result<Response<DepositResponse>, Status> {
        let command = request.into_inner().try_into()?;
        let entry = use_cases::deposit(&self.0, command).await?;
        Ok(Response::new(entry.into()))
    }
}
