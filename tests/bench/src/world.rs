//! One size of the data, in a database of its own, and the service that answers for it.

use contracts::organizations::v1 as proto;
use organizations::Settings;
use proto::access_service_client::AccessServiceClient;
use proto::membership_service_client::MembershipServiceClient;
use proto::organization_service_client::OrganizationServiceClient;
use service_kit::{Channel, Entropy, MasterKey, Metrics};
use test_kit::{TestIssuer, bearer, fresh_database, service_secrets};
use tonic::Request;
use uuid::Uuid;

use crate::failure::Failure;
use crate::places::Places;

/// How much there is in a world.
#[derive(Clone, Copy)]
pub struct Size {
    /// Members of one organization.
    pub members: u64,
    /// Organizations that one user belongs to.
    pub organizations: u64,
    /// Owners of one organization.
    pub owners: u64,
}

/// The smallest first: all others are compared with it.
pub const SIZES: [Size; 3] = [
    Size { members: 100, organizations: 10, owners: 2 },
    Size { members: 10_000, organizations: 1_000, owners: 200 },
    Size { members: 1_000_000, organizations: 10_000, owners: 20_000 },
];

/// The service over a filled database. Each size has its own, so that reading a whole table shows as growth.
pub struct World {
    pub size: Size,
    pub places: Places,
    service: Service,
}

/// The service under measurement, asked through its generated clients.
pub struct Service {
    issuer: TestIssuer,
    channel: Channel,
}

impl World {
    pub async fn new(size: Size) -> Result<Self, Failure> {
        let database = fresh_database("organizations").await;
        organizations::migrate(&database).await?;
        let clock = test_kit::clock();
        let issuer = TestIssuer::new(&clock);
        let settings = Settings {
            database: database.clone(),
            master_key: MasterKey::from_bytes([7; 32]),
            clock,
            entropy: Entropy::system(),
            metrics: Metrics::new(),
        };
        let microservice = organizations::build(settings, &issuer.trust()).await?;
        let service = Service { issuer, channel: microservice.in_process() };
        let places = Places::fill(size, &database, &service).await?;
        Ok(Self { size, places, service })
    }

    pub const fn service(&self) -> &Service {
        &self.service
    }
}

impl Service {
    pub fn organizations(&self) -> OrganizationServiceClient<Channel> {
        OrganizationServiceClient::new(self.channel.clone())
    }

    pub fn memberships(&self) -> MembershipServiceClient<Channel> {
        MembershipServiceClient::new(self.channel.clone())
    }

    /// With the service credential.
    pub fn access(&self) -> AccessServiceClient<Channel> {
        AccessServiceClient::new(self.channel.clone().with_credential(&service_secrets()))
    }

    pub fn by<T>(&self, user_id: Uuid, message: T) -> Request<T> {
        bearer(message, &self.issuer.token(user_id))
    }

    /// How many members a page has, and the token of the next one.
    pub async fn members(
        &self,
        caller: Uuid,
        organization_id: Uuid,
        page_size: i32,
        page_token: &str,
    ) -> Result<(usize, String), Failure> {
        let message = proto::ListMembersRequest {
            organization_id: organization_id.to_string(),
            page_size,
            page_token: page_token.to_owned(),
            filter: None,
        };
        let page = self.memberships().list_members(self.by(caller, message)).await?.into_inner();
        Ok((page.members.len(), page.next_page_token))
    }

    /// How many of the caller's organizations a page has, and the token of the next one.
    pub async fn organizations_of(
        &self,
        caller: Uuid,
        page_size: i32,
        page_token: &str,
    ) -> Result<(usize, String), Failure> {
        let message = proto::ListMyOrganizationsRequest { page_size, page_token: page_token.to_owned() };
        let page = self.organizations().list_my_organizations(self.by(caller, message)).await?.into_inner();
        Ok((page.organizations.len(), page.next_page_token))
    }
}
