//! Indexes in the very order in which a user's organizations are paged and owners ranked, so that an answer reads its
//! own entries alone.

use sea_orm_migration::prelude::*;

pub struct CreateGrowthIndexes;

impl MigrationName for CreateGrowthIndexes {
    fn name(&self) -> &str {
        "m0002_growth_indexes"
    }
}

#[derive(DeriveIden)]
enum Memberships {
    Table,
    Id,
    UserId,
    JoinedMs,
}

#[derive(DeriveIden)]
enum MemberRoles {
    Table,
    OrganizationId,
    UserId,
    RoleCode,
    GrantedMs,
}

#[async_trait::async_trait]
impl MigrationTrait for CreateGrowthIndexes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user = Index::create()
            .name("memberships_of_user_in_order_of_joining")
            .table(Memberships::Table)
            .col(Memberships::UserId)
            .col(Memberships::JoinedMs)
            .col(Memberships::Id)
            .to_owned();
        manager.create_index(of_user).await?;
        // The role comes first: beginning with the organization, it would look to SQLite like the cheapest way to
        // the roles of some members, and lead it through those of all.
        let by_seniority = Index::create()
            .name("member_roles_by_seniority")
            .table(MemberRoles::Table)
            .col(MemberRoles::RoleCode)
            .col(MemberRoles::OrganizationId)
            .col(MemberRoles::GrantedMs)
            .col(MemberRoles::UserId)
            .to_owned();
        manager.create_index(by_seniority).await?;
        // The new ones serve what these did.
        manager.drop_index(Index::drop().name("memberships_of_user").table(Memberships::Table).to_owned()).await?;
        manager.drop_index(Index::drop().name("member_roles_by_role").table(MemberRoles::Table).to_owned()).await
    }
}
