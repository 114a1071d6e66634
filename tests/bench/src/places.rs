//! Who and what to ask about in a world, and the page tokens that lead into the middle of its lists.

use std::ops::Range;

use sea_orm::ConnectionTrait;
use service_kit::database::{DatabaseSettings, Location};
use service_kit::{Database, WriteTransaction};
use uuid::Uuid;

use crate::failure::Failure;
use crate::fill::{self, MEMBER, Membership, OWNER, organization};
use crate::ids::user;
use crate::world::{Service, Size};

/// Memberships made for different reasons have numbers, and so ids, that lie this far apart.
const BLOCK: u64 = 1 << 24;

/// What a world's questions are about.
pub struct Places {
    /// The organization with many members.
    pub company: Uuid,
    /// Its owner, who joined last.
    pub owner: Uuid,
    /// One of its ordinary members.
    pub member: Uuid,
    /// The user who belongs to many organizations.
    pub wanderer: Uuid,
    /// The organization with many owners, and nobody else.
    pub cooperative: Uuid,
    /// One of its owners.
    pub partner: Uuid,
    /// Leads to a page of members around the middle.
    pub middle_members: String,
    /// Leads to the last fifty members.
    pub last_members: String,
    /// Leads to organizations of the wanderer around the middle.
    pub later_organizations: String,
}

impl Places {
    /// Fills the database. Page tokens into the middle of a list are taken while what comes before is not there yet, as
    /// reading a million members page by page would take too long.
    pub async fn fill(size: Size, settings: &DatabaseSettings, service: &Service) -> Result<Self, Failure> {
        let database = Database::open(settings, "bench").await?;
        let cast = Cast { size };
        let owner = user(size.members - 1);
        let company = organization(0);
        let (last, middle) = (size.members - 100, size.members / 2);
        let before_middle = (middle - 50)..middle;

        write(&database, async |transaction| cast.strangers(transaction).await).await?;
        write(&database, async |transaction| cast.join(transaction, last..size.members).await).await?;
        let (_, last_members) = service.members(owner, company, 50, "").await?;
        write(&database, async |transaction| {
            cast.join(transaction, before_middle.start.min(last)..middle.min(last)).await
        })
        .await?;
        let (_, middle_members) = service.members(owner, company, 25, "").await?;
        write(&database, async |transaction| {
            cast.join(transaction, 0..before_middle.start.min(last)).await?;
            cast.join(transaction, middle.min(last)..last).await
        })
        .await?;

        let teams = cast.teams();
        let later = size.organizations / 2 - 1;
        write(&database, async |transaction| cast.wander(transaction, later..teams.end).await).await?;
        let (_, later_organizations) = service.organizations_of(cast.wanderer(), 1, "").await?;
        write(&database, async |transaction| {
            cast.wander(transaction, teams.start..later).await?;
            cast.settle(transaction).await
        })
        .await?;
        analyze(&database, settings).await?;

        Ok(Self {
            company,
            owner,
            member: user(middle),
            wanderer: cast.wanderer(),
            cooperative: cast.cooperative(),
            partner: user(size.owners / 2),
            middle_members,
            last_members,
            later_organizations,
        })
    }
}

/// Who does what in a world of this size; users and organizations are numbers here.
struct Cast {
    size: Size,
}

impl Cast {
    /// Of the wanderer, who has a personal organization besides.
    const fn teams(&self) -> Range<u64> {
        1..self.size.organizations
    }

    fn wanderer(&self) -> Uuid {
        user(self.size.members)
    }

    fn founder(&self) -> Uuid {
        user(self.size.members + 1)
    }

    fn cooperative(&self) -> Uuid {
        organization(self.size.organizations + 1)
    }

    /// Everything but the company's members and what the wanderer belongs to. Every tenth user has a personal
    /// organization, so that owners are as common as in the life of a product.
    async fn strangers(&self, transaction: &WriteTransaction) -> Result<(), Failure> {
        let Size { members, organizations: teams, owners } = self.size;
        let first_personal = teams + 2;
        let with_personal = 0..members / 10;
        fill::users(transaction, 0..members + 2).await?;
        fill::organizations(transaction, (0..teams).map(|number| (number, None))).await?;
        let personal_of_wanderer = (teams, Some(self.wanderer()));
        fill::organizations(transaction, [personal_of_wanderer, (teams + 1, None)].into_iter()).await?;
        let personal = with_personal.clone().map(|number| (first_personal + number, Some(user(number))));
        fill::organizations(transaction, personal).await?;

        let founded = self.teams().map(|number| owner(organization(number), self.founder(), BLOCK + number));
        fill::memberships(transaction, founded).await?;
        let partners = (0..owners).map(|number| owner(self.cooperative(), user(number), 2 * BLOCK + number));
        fill::memberships(transaction, partners).await?;
        let at_home =
            with_personal.map(|number| owner(organization(first_personal + number), user(number), 3 * BLOCK + number));
        fill::memberships(transaction, at_home).await
    }

    /// Makes these users members of the company; the last of all owns it.
    async fn join(&self, transaction: &WriteTransaction, numbers: Range<u64>) -> Result<(), Failure> {
        let last = self.size.members - 1;
        let members = numbers.map(move |number| {
            let role_code = if number == last { OWNER } else { MEMBER };
            Membership { organization_id: organization(0), user_id: user(number), number, role_code }
        });
        fill::memberships(transaction, members).await
    }

    /// Makes the wanderer a member of these teams.
    async fn wander(&self, transaction: &WriteTransaction, teams: Range<u64>) -> Result<(), Failure> {
        let user_id = self.wanderer();
        let members = teams.map(move |number| Membership {
            organization_id: organization(number),
            user_id,
            number: 4 * BLOCK + number,
            role_code: MEMBER,
        });
        fill::memberships(transaction, members).await
    }

    /// Gives the wanderer a home.
    async fn settle(&self, transaction: &WriteTransaction) -> Result<(), Failure> {
        let home = owner(organization(self.size.organizations), self.wanderer(), 5 * BLOCK);
        fill::memberships(transaction, std::iter::once(home)).await
    }
}

const fn owner(organization_id: Uuid, user_id: Uuid, number: u64) -> Membership {
    Membership { organization_id, user_id, number, role_code: OWNER }
}

async fn write(
    database: &Database,
    rows: impl AsyncFnOnce(&WriteTransaction) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let transaction = database.begin_write().await?;
    rows(&transaction).await?;
    Ok(transaction.commit().await?)
}

/// The test cluster gathers no statistics by itself, as a Postgres in use does. SQLite has to manage without.
async fn analyze(database: &Database, settings: &DatabaseSettings) -> Result<(), Failure> {
    if matches!(settings.location, Location::Postgres(_)) {
        for table in ["organizations", "users", "memberships", "member_roles"] {
            database.reader().execute_unprepared(&format!("VACUUM (ANALYZE) {table}")).await?;
        }
    }
    Ok(())
}
