//! `ServerBillingService`.

use contracts::billing::v1::server_billing_service_server::ServerBillingService;
use contracts::billing::v1::{
    ChargeRequest, ChargeResponse, DepositRequest, DepositResponse, GetAnyBalanceRequest, GetAnyBalanceResponse,
    GetAnySubscriptionRequest, GetAnySubscriptionResponse, ListAnyTransactionsRequest, ListAnyTransactionsResponse,
};
use service_kit::authentication::server_key;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::use_cases;
use crate::wire::{any_balance, organization_id, subscription};

pub struct ServerBilling(pub Context);

#[tonic::async_trait]
impl ServerBillingService for ServerBilling {
    async fn charge(&self, request: Request<ChargeRequest>) -> Result<Response<ChargeResponse>, Status> {
        let key = server_key(&request)?;
        let command = request.into_inner().try_into()?;
        let entry = use_cases::charge(&self.0, &key, command).await?;
        Ok(Response::new(entry.into()))
    }

    async fn deposit(&self, request: Request<DepositRequest>) -> Result<Response<DepositResponse>, Status> {
        let key = server_key(&request)?;
        let command = request.into_inner().try_into()?;
        let entry = use_cases::deposit(&self.0, &key, command).await?;
        Ok(Response::new(entry.into()))
    }

    async fn get_any_balance(
        &self,
        request: Request<GetAnyBalanceRequest>,
    ) -> Result<Response<GetAnyBalanceResponse>, Status> {
        let key = server_key(&request)?;
        let organization = organization_id(&request.get_ref().organization_id)?;
        let account = use_cases::get_any_balance(&self.0, &key, organization).await?;
        Ok(Response::new(any_balance(account)))
    }

    async fn list_any_transactions(
        &self,
        request: Request<ListAnyTransactionsRequest>,
    ) -> Result<Response<ListAnyTransactionsResponse>, Status> {
        let key = server_key(&request)?;
        let request = request.into_inner();
        let organization = organization_id(&request.organization_id)?;
        let scope = use_cases::transactions_scope(organization);
        let page = self.0.page_tokens.parse(&scope, request.page_size, &request.page_token)?;
        let page = use_cases::list_any_transactions(&self.0, &key, organization, page).await?;
        let transactions = page.entries.into_iter().map(Into::into).collect();
        Ok(Response::new(ListAnyTransactionsResponse { transactions, next_page_token: page.next_page_token }))
    }

    async fn get_any_subscription(
        &self,
        request: Request<GetAnySubscriptionRequest>,
    ) -> Result<Response<GetAnySubscriptionResponse>, Status> {
        let key = server_key(&request)?;
        let organization = organization_id(&request.get_ref().organization_id)?;
        let entitled = use_cases::get_any_subscription(&self.0, &key, organization).await?;
        Ok(Response::new(GetAnySubscriptionResponse { subscription: Some(subscription(entitled)) }))
    }
}
