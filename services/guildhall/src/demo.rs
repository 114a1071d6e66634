//! A small team to look at: made through the front door of the services, once.

use std::time::Duration;

use contracts::billing::v1::plan_service_client::PlanServiceClient;
use contracts::billing::v1::subscription_service_client::SubscriptionServiceClient;
use contracts::billing::v1::{ApplyPlansRequest, GetEntitlementRequest, GrantSubscriptionRequest, SubscriptionStatus};
use contracts::identity::v1::account_service_client::AccountServiceClient;
use contracts::identity::v1::authentication_service_client::AuthenticationServiceClient;
use contracts::identity::v1::{LoginRequest, RegisterRequest, User, VerifyEmailRequest};
use contracts::invitations::v1::invite_link_service_client::InviteLinkServiceClient;
use contracts::invitations::v1::{CreateInviteLinkRequest, JoinViaInviteLinkRequest};
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use contracts::organizations::v1::{CreateOrganizationRequest, ListMyOrganizationsRequest};
use mail::Mailbox;
use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use tonic::Request;

use crate::CommandError;
use crate::compose::Doors;

mod plans;

/// Whom to sign in as.
pub const LOGINS: [(&str, &str); 2] = [("owner@acme.test", "the owner of Acme"), ("member@acme.test", "a colleague")];
/// The password of both.
pub const PASSWORD: &str = "a-demo-password-for-nobody";

/// The slug of the demo's team.
const ACME: &str = "acme";

const MAIL_WITHIN: Duration = Duration::from_secs(10);

/// Loads what is not there yet, so that a demo cut off half-way is completed by the next start. Without
/// a mailbox nobody can prove an address, so nobody is invited then.
pub async fn load(doors: &Doors, mailbox: Option<&Mailbox>) -> Result<(), CommandError> {
    let mut plans = PlanServiceClient::new(doors.billing_context.clone());
    plans.apply_plans(ApplyPlansRequest { plans: plans::plans()?, check_only: false }).await?;

    let [(owner, _), (member, _)] = LOGINS;
    let owner = sign_in(doors, owner, "Olive Owner").await?;
    let member = sign_in(doors, member, "Max Member").await?;
    let organization_id = ensure_acme(doors, &owner).await?;

    let mut subscriptions = SubscriptionServiceClient::new(doors.billing_context.clone());
    let asked = GetEntitlementRequest { organization_id: organization_id.clone() };
    let entitled = subscriptions.get_entitlement(asked).await?.into_inner();
    // Whatever a developer has made of it since stays.
    if entitled.subscription.is_none_or(|subscription| subscription.status() == SubscriptionStatus::None) {
        let grant = GrantSubscriptionRequest { organization_id: organization_id.clone(), plan_code: "pro".to_owned() };
        subscriptions.grant_subscription(grant).await?;
    }

    match mailbox {
        Some(mailbox) if find_acme(doors, &member).await?.is_none() => {
            verify(doors, mailbox, &owner).await?;
            join(doors, organization_id, &owner, &member).await
        }
        _ => Ok(()),
    }
}

/// Somebody of the demo, signed in.
struct Person {
    token: String,
    user: User,
}

/// Signs up, or in when the account was there before.
async fn sign_in(doors: &Doors, email: &str, name: &str) -> Result<Person, CommandError> {
    let mut authentication = AuthenticationServiceClient::new(doors.identity.clone());
    let request = RegisterRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        display_name: Some(name.to_owned()),
        ..Default::default()
    };
    let (tokens, user) = match authentication.register(request).await {
        Ok(answer) => {
            let answer = answer.into_inner();
            (answer.tokens, answer.user)
        }
        Err(status) if reason_of(&status) == Some(ErrorReason::UserAlreadyExists) => {
            let request = LoginRequest { email: email.to_owned(), password: PASSWORD.to_owned(), ..Default::default() };
            let answer = authentication.login(request).await?.into_inner();
            (answer.tokens, answer.user)
        }
        Err(status) => return Err(status.into()),
    };
    let token = tokens.ok_or("the demo's tokens are missing")?.access_token;
    Ok(Person { token, user: user.ok_or("the demo's user is missing")? })
}

async fn ensure_acme(doors: &Doors, owner: &Person) -> Result<String, CommandError> {
    if let Some(organization_id) = find_acme(doors, owner).await? {
        return Ok(organization_id);
    }
    let acme = CreateOrganizationRequest { name: "Acme".to_owned(), slug: Some(ACME.to_owned()) };
    let mut organizations = OrganizationServiceClient::new(doors.organizations.clone());
    let made = organizations.create_organization(signed(acme, &owner.token)?).await?.into_inner();
    Ok(made.organization.ok_or("the demo's organization is missing")?.id)
}

/// The id of Acme, if the person belongs to it.
async fn find_acme(doors: &Doors, person: &Person) -> Result<Option<String>, CommandError> {
    let mut organizations = OrganizationServiceClient::new(doors.organizations.clone());
    let request = signed(ListMyOrganizationsRequest::default(), &person.token)?;
    let mine = organizations.list_my_organizations(request).await?.into_inner().organizations;
    Ok(mine.into_iter().filter_map(|mine| mine.organization).find(|one| one.slug == ACME).map(|acme| acme.id))
}

async fn join(doors: &Doors, organization_id: String, owner: &Person, member: &Person) -> Result<(), CommandError> {
    let mut links = InviteLinkServiceClient::new(doors.invitations.clone());
    let link = CreateInviteLinkRequest { organization_id, max_uses: Some(1), ..Default::default() };
    let link = links.create_invite_link(signed(link, &owner.token)?).await?.into_inner();
    links.join_via_invite_link(signed(JoinViaInviteLinkRequest { token: link.token }, &member.token)?).await?;
    Ok(())
}

/// Reads the mail as a person would, once it has arrived.
async fn verify(doors: &Doors, mailbox: &Mailbox, person: &Person) -> Result<(), CommandError> {
    if person.user.email_verified {
        return Ok(());
    }
    let arrival = async {
        loop {
            let mails = mailbox.list().await?;
            let link = mails
                .iter()
                .filter(|mail| mail.to == person.user.email)
                .find_map(|mail| mail.text.split_once("token="));
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
