//! Tells one hold on an invitation from the next.

use sea_orm_migration::prelude::*;

use crate::store::entity::invitation::{Column, Entity};

pub struct NumberClaims;

impl MigrationName for NumberClaims {
    fn name(&self) -> &str {
        "0009_claims"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NumberClaims {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new(Column::ClaimId).uuid().to_owned();
        manager.alter_table(Table::alter().table(Entity).add_column(column).to_owned()).await?;
        // Until now the invitation itself stood for its one joining.
        let under_way = Query::update()
            .table(Entity)
            .value(Column::ClaimId, Expr::col(Column::Id))
            .and_where(Expr::col(Column::AcceptingUserId).is_not_null())
            .to_owned();
        manager.execute(under_way).await
    }
}
