//! Everybody who verifies a token by the feed: the gateway, and services that are called directly.

use std::time::{Duration, Instant};

use contracts::invitations::v1::ListMyInvitationsRequest;
use contracts::invitations::v1::invitation_service_client::InvitationServiceClient;
use contracts::organizations::v1::ListMyOrganizationsRequest;
use contracts::organizations::v1::organization_service_client::OrganizationServiceClient;
use tonic::Status;
use tonic_types::StatusExt;

use super::{Person, Product, Rpc, signed};

/// "Within a second", and room for a machine that runs all tests at once.
const PROMISED: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(10);

/// What each verifier says of somebody's token: the code of a refusal, or nothing when it is believed, whatever else the call
/// comes to.
pub async fn verdicts(rpc: &Rpc, person: &Person) -> [Option<String>; 3] {
    let token = &person.access_token;
    let list = signed(token, ListMyOrganizationsRequest::default());
    let organizations = OrganizationServiceClient::new(rpc.organizations()).list_my_organizations(list).await;
    let list = signed(token, ListMyInvitationsRequest::default());
    let invitations = InvitationServiceClient::new(rpc.invitations()).list_my_invitations(list).await;
    let gateway = person.get("/me/orgs").await;
    let codes = [Some(gateway.code().to_owned()), organizations.err().map(reason), invitations.err().map(reason)];
    codes.map(|code| code.filter(|code| code.starts_with("TOKEN_")))
}

fn reason(status: Status) -> String {
    let details = status.get_error_details();
    details.error_info().unwrap_or_else(|| panic!("a refusal without ErrorInfo: {status:?}")).reason.clone()
}

/// Everybody believes the token.
pub async fn believed(product: &Product, person: &Person) {
    assert_eq!(verdicts(&product.rpc(), person).await, [const { None }; 3]);
}

/// Waits until everybody refuses the token with this code, which must be within the promised time; nobody ever says
/// anything else.
pub async fn refused_at_once(product: &Product, person: &Person, code: &str) {
    refused(product, person, code, &[code]).await;
}

/// The same of somebody who is suspended in two steps: tokens are stale from the first one on, and revoked with the second.
pub async fn suspended_at_once(product: &Product, person: &Person) {
    refused(product, person, "TOKEN_REVOKED", &["TOKEN_STALE", "TOKEN_REVOKED"]).await;
}

async fn refused(product: &Product, person: &Person, code: &str, may_be_said: &[&str]) {
    let (rpc, began) = (product.rpc(), Instant::now());
    loop {
        let verdicts = verdicts(&rpc, person).await;
        let is_meant = |verdict: &String| may_be_said.contains(&verdict.as_str());
        assert!(verdicts.iter().flatten().all(is_meant), "{verdicts:?}, not {code}");
        if verdicts.iter().all(|verdict| verdict.as_deref() == Some(code)) {
            println!("refused everywhere with {code} after {:?}", began.elapsed());
            return;
        }
        assert!(began.elapsed() < PROMISED, "{code}: {verdicts:?} after {:?}", began.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
}
