//! Plans and the row that serialises changes of the offer.

use sea_orm_migration::prelude::*;

use crate::store::entity::{offer, plan};

pub struct CreatePlans;

impl MigrationName for CreatePlans {
    fn name(&self) -> &str {
        "0001_plans"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreatePlans {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let plans = Table::create()
            .table(plan::Entity)
            .col(ColumnDef::new(plan::Column::Code).string_len(50).not_null().primary_key())
            .col(ColumnDef::new(plan::Column::Terms).text().not_null())
            .col(ColumnDef::new(plan::Column::DisplayOrder).integer().not_null())
            .col(ColumnDef::new(plan::Column::WithdrawnMs).big_integer())
            .col(ColumnDef::new(plan::Column::UpdatedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(plans).await?;
        let on_offer = Index::create()
            .name("plans_on_offer")
            .table(plan::Entity)
            .col(plan::Column::DisplayOrder)
            .col(plan::Column::Code)
            .and_where(Expr::col(plan::Column::WithdrawnMs).is_null())
            .to_owned();
        manager.create_index(on_offer).await?;

        let offer = Table::create()
            .table(offer::Entity)
            .col(ColumnDef::new(offer::Column::Id).integer().not_null().primary_key())
            .col(ColumnDef::new(offer::Column::Revision).big_integer().not_null())
            .to_owned();
        manager.create_table(offer).await?;
        let start = Query::insert()
            .into_table(offer::Entity)
            .columns([offer::Column::Id, offer::Column::Revision])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.execute(start).await
    }
}
