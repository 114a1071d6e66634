//! A small team to look at: made through the front door of the services, once.

use std::time::Duration;

use contracts::billing::v1::credit_service_client::CreditServiceClient;
use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{ApplyPlansRequest, DepositRequest, GrantSubscriptionRequest};
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::{RegisterRequest, VerifyEmailRequest};
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::invitations::v1::{CreateInviteLinkRequest, JoinViaInviteLinkRequest};
use contracts::organizations::v1::CreateOrganizationRequest;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use mail::Mailbox;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tonic::Request;

use crate::CommandError;
use crate::compose::Doors;

mod plans;

/// Whom to sign in as.
pub const LOGINS: [(&str, &str); 2] = [("owner@acme.test", "owns Acme"), ("member@acme.test", "belongs to Acme")];
/// The password of both.
pub const PASSWORD: &str = "a-demo-password-for-nobody";

/// Stands for the demo's deposit, so that it is made once.
const DEPOSIT: &str = "018f0000-0000-7000-8000-00000000d001";
const MAIL_WITHIN: Duration = Duration::from_secs(10);

/// Loads the demo unless it is there. Without a mailbox nobody can prove an address, so nobody is
/// invited then.
pub async fn load(doors: &Doors, mailbox: Option<&Mailbox>) -> Result<(), CommandError> {
    let mut plans = PlanServiceClient::new(doors.billing_context.clone());
    plans.apply_plans(ApplyPlansRequest { plans: plans::plans() }).await?;

    let [(owner, _), (member, _)] = LOGINS;
    let Some(owner_token) = register(doors, owner, "Olive Owner").await? else { return Ok(()) };
    let Some(member_token) = register(doors, member, "Max Member").await? else { return Ok(()) };

    let acme = CreateOrganizationRequest { name: "Acme".to_owned(), slug: Some("acme".to_owned()) };
    let mut organizations = OrganizationServiceClient::new(doors.organizations.clone());
    let acme = organizations.create_organization(signed(acme, &owner_token)?).await?.into_inner();
    let organization_id = acme.organization.ok_or("the demo's organization is missing")?.id;

    let subscription =
        GrantSubscriptionRequest { organization_id: organization_id.clone(), plan_code: "pro".to_owned() };
    SubscriptionServiceClient::new(doors.billing_context.clone()).grant_subscription(subscription).await?;
    let deposit = DepositRequest {
        organization_id: organization_id.clone(),
        amount: 500,
        request_uuid: DEPOSIT.to_owned(),
        note: Some("Welcome".to_owned()),
    };
    CreditServiceClient::new(doors.billing_context.clone()).deposit(deposit).await?;

    if let Some(mailbox) = mailbox {
        verify(doors, mailbox, owner).await?;
        let mut links = InviteLinkServiceClient::new(doors.invitations.clone());
        let link = CreateInviteLinkRequest { organization_id, max_uses: Some(1), ..Default::default() };
        let link = links.create_invite_link(signed(link, &owner_token)?).await?.into_inner();
        links.join_via_invite_link(signed(JoinViaInviteLinkRequest { token: link.token }, &member_token)?).await?;
    }
    Ok(())
}

/// The new account's token, or `None` when the account was there before.
async fn register(doors: &Doors, email: &str, name: &str) -> Result<Option<String>, CommandError> {
    let request = RegisterRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        display_name: Some(name.to_owned()),
        ..Default::default()
    };
    match AuthenticationServiceClient::new(doors.identity.clone()).register(request).await {
        Ok(answer) => Ok(Some(answer.into_inner().tokens.ok_or("the demo's tokens are missing")?.access_token)),
        Err(status) if reason_of(&status) == Some(ErrorReason::UserAlreadyExists) => Ok(None),
        Err(status) => Err(status.into()),
    }
}

/// Reads the mail as a person would, once it has arrived.
async fn verify(doors: &Doors, mailbox: &Mailbox, email: &str) -> Result<(), CommandError> {
    let arrival = async {
        loop {
            let mails = mailbox.list().await?;
            let link = mails.iter().filter(|mail| mail.to == email).find_map(|mail| mail.text.split_once("token="));
            if let Some((_, rest)) = link {
                let is_of_token = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
                return Ok::<String, CommandError>(rest.chars().take_while(|letter| is_of_token(*letter)).collect());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let token = tokio::time::timeout(MAIL_WITHIN, arrival)
        .await
        .map_err(|_| "the demo's verification mail did not arrive")??;
    AccountServiceClient::new(doors.identity.clone()).verify_email(VerifyEmailRequest { token }).await?;
    Ok(())
}

fn signed<T>(message: T, token: &str) -> Result<Request<T>, CommandError> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
    Ok(request)
}
