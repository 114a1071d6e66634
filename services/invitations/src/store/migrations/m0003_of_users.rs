//! Ways to find what a user has sent and made.

use sea_orm_migration::prelude::*;

use crate::store::entity::{invitation, invite_link};

pub struct IndexUsers;

impl MigrationName for IndexUsers {
    fn name(&self) -> &str {
        "0003_of_users"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for IndexUsers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sent = Index::create()
            .name("invitations_of_sender")
            .table(invitation::Entity)
            .col(invitation::Column::InvitedBy)
            .col(invitation::Column::Id)
            .to_owned();
        manager.create_index(sent).await?;
        let made = Index::create()
            .name("invite_links_of_maker")
            .table(invite_link::Entity)
            .col(invite_link::Column::CreatedBy)
            .col(invite_link::Column::Id)
            .to_owned();
        manager.create_index(made).await
    }
}
