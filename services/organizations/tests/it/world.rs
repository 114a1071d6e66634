//! The service under test and the people who use it.

mod members_and_roles;
mod messages;

use std::time::Duration;

use contracts::organizations::v1 as proto;
use organizations::Settings;
use proto::access_service_client::AccessServiceClient;
use proto::audit_service_client::AuditServiceClient;
use proto::membership_administration_service_client::MembershipAdministrationServiceClient;
use proto::membership_service_client::MembershipServiceClient;
use proto::organization_administration_service_client::OrganizationAdministrationServiceClient;
use proto::organization_service_client::OrganizationServiceClient;
use proto::permission_administration_service_client::PermissionAdministrationServiceClient;
use proto::role_service_client::RoleServiceClient;
use service_kit::database::DatabaseSettings;
use service_kit::positions::Tail;
use service_kit::{Channel, Clock, Entropy, MasterKey, Metrics};
use test_kit::{TestIssuer, bearer, fresh_database, service_secrets};
use tonic::{Request, Status};

pub use messages::{codes, grant, metadata, new_id, offer, profile, refused, role_id, violated_fields};

pub type Answer<T> = Result<T, Status>;

pub struct World {
    pub clock: Clock,
    /// For what the service does not do any more.
    pub database: DatabaseSettings,
    /// Follows the record of narrowing changes when it is told to look.
    pub changes: Tail,
    issuer: TestIssuer,
    channel: Channel,
}

/// A user with a personal organization.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub personal: String,
}

/// Somebody of the back office.
pub struct Administrator {
    pub person: Person,
    token: String,
}

impl Administrator {
    /// The message as this administrator's call.
    pub fn call<T>(&self, message: T) -> Request<T> {
        bearer(message, &self.token)
    }
}

impl World {
    pub async fn new() -> Self {
        let database = fresh_database("organizations").await;
        organizations::migrate(&database).await.unwrap();
        let clock = test_kit::clock();
        let issuer = TestIssuer::new(&clock);
        let settings = Settings {
            database: database.clone(),
            master_key: MasterKey::from_bytes([7; 32]),
            clock: clock.clone(),
            entropy: Entropy::system(),
            metrics: Metrics::new(),
        };
        let microservice = organizations::build(settings, &issuer.trust()).await.unwrap();
        let changes = microservice.changes().unwrap().clone();
        Self { clock, database, changes, issuer, channel: microservice.in_process() }
    }

    pub fn organizations(&self) -> OrganizationServiceClient<Channel> {
        OrganizationServiceClient::new(self.channel.clone())
    }

    pub fn memberships(&self) -> MembershipServiceClient<Channel> {
        MembershipServiceClient::new(self.channel.clone())
    }

    pub fn organization_administration(&self) -> OrganizationAdministrationServiceClient<Channel> {
        OrganizationAdministrationServiceClient::new(self.channel.clone())
    }

    pub fn membership_administration(&self) -> MembershipAdministrationServiceClient<Channel> {
        MembershipAdministrationServiceClient::new(self.channel.clone())
    }

    pub fn permission_administration(&self) -> PermissionAdministrationServiceClient<Channel> {
        PermissionAdministrationServiceClient::new(self.channel.clone())
    }

    pub fn audit(&self) -> AuditServiceClient<Channel> {
        AuditServiceClient::new(self.channel.clone())
    }

    pub fn roles(&self) -> RoleServiceClient<Channel> {
        RoleServiceClient::new(self.channel.clone())
    }

    /// With the service credential.
    pub fn access(&self) -> AccessServiceClient<Channel> {
        AccessServiceClient::new(self.channel.clone().with_credential(&service_secrets()))
    }

    /// Without any credential.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub fn by<T>(&self, person: &Person, message: T) -> Request<T> {
        bearer(message, &self.issuer.token(person.id.parse().unwrap()))
    }

    /// Somebody of the back office with this platform role.
    pub async fn administrator(&self, role: &str) -> Administrator {
        let person = self.person(&role.replace('_', "-")).await;
        let platform_roles = vec![role.to_owned()];
        self.record(proto::UserProfile { platform_roles, ..profile(&person, 2) }).await;
        self.claiming(person, role)
    }

    /// Somebody whose token says that they are of the back office, whatever the database says.
    pub fn claiming(&self, person: Person, role: &str) -> Administrator {
        let user_id = person.id.parse().unwrap();
        let token = self.issuer.token_with(user_id, |claims| claims.roles = vec![role.to_owned()]);
        Administrator { person, token }
    }

    /// A new user; a millisecond passes, so that things happen in the order of the test.
    pub async fn person(&self, name: &str) -> Person {
        self.clock.advance(Duration::from_millis(1));
        let person = Person { id: new_id(), email: format!("{name}@example.com"), personal: new_id() };
        self.ensure(&person, &person.personal).await.unwrap();
        person
    }

    pub async fn ensure(&self, person: &Person, organization_id: &str) -> Answer<proto::Organization> {
        let request = proto::EnsurePersonalOrganizationRequest {
            organization_id: organization_id.to_owned(),
            profile: Some(profile(person, 1)),
        };
        let answer = self.access().ensure_personal_organization(request).await?;
        Ok(answer.into_inner().organization.unwrap())
    }

    pub async fn record(&self, profile: proto::UserProfile) {
        self.try_to_record(profile).await.unwrap();
    }

    pub async fn try_to_record(&self, profile: proto::UserProfile) -> Answer<()> {
        let request = proto::RecordProfileRequest { profile: Some(profile) };
        self.access().record_profile(request).await.map(|_| ())
    }

    /// Takes the user's account out of use, or back into it.
    pub async fn set_account(&self, user: &Person, version: i64, is_active: bool) -> Answer<()> {
        self.try_to_record(proto::UserProfile { is_active, ..profile(user, version) }).await
    }

    /// A new team of this owner.
    pub async fn team(&self, owner: &Person) -> String {
        self.clock.advance(Duration::from_millis(1));
        self.create(owner, "Acme", None).await.unwrap().id
    }

    pub async fn create(&self, owner: &Person, name: &str, slug: Option<&str>) -> Answer<proto::Organization> {
        let message = proto::CreateOrganizationRequest { name: name.to_owned(), slug: slug.map(str::to_owned) };
        let answer = self.organizations().create_organization(self.by(owner, message)).await?;
        Ok(answer.into_inner().organization.unwrap())
    }

    pub async fn get(&self, person: &Person, organization_id: &str) -> Answer<proto::Organization> {
        let message = proto::GetOrganizationRequest { organization_id: organization_id.to_owned() };
        let answer = self.organizations().get_organization(self.by(person, message)).await?;
        Ok(answer.into_inner().organization.unwrap())
    }

    pub async fn transfer(&self, by: &Person, organization_id: &str, to: &Person) -> Answer<proto::Organization> {
        let message = proto::TransferOwnershipRequest {
            organization_id: organization_id.to_owned(),
            new_owner_id: to.id.clone(),
        };
        let answer = self.organizations().transfer_ownership(self.by(by, message)).await?.into_inner();
        Ok(answer.organization.unwrap())
    }

    pub async fn delete(&self, by: &Person, organization_id: &str) -> Answer<i64> {
        let message = proto::DeleteOrganizationRequest { organization_id: organization_id.to_owned() };
        Ok(self.organizations().delete_organization(self.by(by, message)).await?.into_inner().position)
    }

    pub async fn depart(&self, user: &Person) -> Answer<i64> {
        let request = proto::DepartUserRequest { user_id: user.id.clone(), hand_over: false, by_operator: false };
        Ok(self.access().depart_user(request).await?.into_inner().position)
    }

    /// As when the account turns out to be nobody's.
    pub async fn evict(&self, user: &Person) -> Answer<i64> {
        let request = proto::DepartUserRequest { user_id: user.id.clone(), hand_over: true, by_operator: false };
        Ok(self.access().depart_user(request).await?.into_inner().position)
    }

    pub async fn access_of(&self, user: &Person, organization_id: &str) -> Answer<proto::GetAccessResponse> {
        let request = proto::GetAccessRequest { user_id: user.id.clone(), organization_id: organization_id.to_owned() };
        Ok(self.access().get_access(request).await?.into_inner())
    }

    pub async fn mine(&self, by: &Person) -> Vec<proto::MyOrganization> {
        let message = proto::ListMyOrganizationsRequest::default();
        self.organizations().list_my_organizations(self.by(by, message)).await.unwrap().into_inner().organizations
    }

    /// A team of Alice, with Bob as a member with these roles.
    pub async fn alice_and_bob(&self, roles_of_bob: &[&str]) -> (Person, Person, String) {
        let (alice, bob) = (self.person("alice").await, self.person("bob").await);
        let team = self.team(&alice).await;
        self.join(&team, &alice, &bob, roles_of_bob).await;
        (alice, bob, team)
    }
}
