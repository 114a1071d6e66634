//! Plans as they stood: subscribers keep the version they took.

use sea_orm_migration::prelude::*;

use crate::store::entity::{plan, plan_version};

pub struct CreatePlanVersions;

impl MigrationName for CreatePlanVersions {
    fn name(&self) -> &str {
        "0006_plan_versions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreatePlanVersions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let versions = Table::create()
            .table(plan_version::Entity)
            .col(ColumnDef::new(plan_version::Column::Code).string_len(50).not_null())
            .col(ColumnDef::new(plan_version::Column::Number).integer().not_null())
            .col(ColumnDef::new(plan_version::Column::Terms).text().not_null())
            .col(ColumnDef::new(plan_version::Column::CreatedMs).big_integer().not_null())
            .primary_key(Index::create().col(plan_version::Column::Code).col(plan_version::Column::Number))
            .to_owned();
        manager.create_table(versions).await?;

        let number = ColumnDef::new(plan::Column::Version).integer().not_null().default(1).to_owned();
        manager.alter_table(Table::alter().table(plan::Entity).add_column(number).to_owned()).await?;

        // What has been offered until now is each code's first version.
        let first = Query::select()
            .columns([plan::Column::Code, plan::Column::Version, plan::Column::Terms, plan::Column::UpdatedMs])
            .from(plan::Entity)
            .to_owned();
        let mut keep = Query::insert();
        keep.into_table(plan_version::Entity).columns([
            plan_version::Column::Code,
            plan_version::Column::Number,
            plan_version::Column::Terms,
            plan_version::Column::CreatedMs,
        ]);
        keep.select_from(first).map_err(|error| DbErr::Migration(error.to_string()))?;
        manager.execute(keep).await
    }
}
