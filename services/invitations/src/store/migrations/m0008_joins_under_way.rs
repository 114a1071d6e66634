//! Finds the uses of a link by whether they came to something.

use sea_orm_migration::prelude::*;

use crate::store::entity::link_join::{Column, Entity};

pub struct IndexJoinsUnderWay;

impl MigrationName for IndexJoinsUnderWay {
    fn name(&self) -> &str {
        "0008_joins_under_way"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for IndexJoinsUnderWay {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_state = Index::create()
            .name("link_joins_by_state")
            .table(Entity)
            .col(Column::LinkId)
            .col(Column::IsJoined)
            .col(Column::Id)
            .to_owned();
        manager.create_index(by_state).await
    }
}
