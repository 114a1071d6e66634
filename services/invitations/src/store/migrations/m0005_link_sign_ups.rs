//! How many have signed up by a link.

use sea_orm_migration::prelude::*;

use crate::store::entity::{invite_link, link_sign_up};

pub struct CountLinkSignUps;

impl MigrationName for CountLinkSignUps {
    fn name(&self) -> &str {
        "0005_link_sign_ups"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CountLinkSignUps {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        use link_sign_up::Column as SignUp;
        let sign_ups = ColumnDef::new(invite_link::Column::SignUps).integer().not_null().default(0).to_owned();
        manager.alter_table(Table::alter().table(invite_link::Entity).add_column(sign_ups).to_owned()).await?;
        let of_link = Table::create()
            .table(link_sign_up::Entity)
            .col(ColumnDef::new(SignUp::Name).blob().not_null().primary_key())
            .col(ColumnDef::new(SignUp::LinkId).uuid().not_null())
            .col(ColumnDef::new(SignUp::Attempts).big_integer().not_null())
            .foreign_key(
                ForeignKey::create()
                    .from(link_sign_up::Entity, SignUp::LinkId)
                    .to(invite_link::Entity, invite_link::Column::Id),
            )
            .check(Expr::col(SignUp::Attempts).gte(0))
            .to_owned();
        manager.create_table(of_link).await
    }
}
