//! What waits for the operator counts up instead of being written down once for each event, and can be dismissed.

use sea_orm_migration::prelude::*;

use crate::store::entity::stripe_event::{Column, Entity};

pub struct CountQuarantine;

impl MigrationName for CountQuarantine {
    fn name(&self) -> &str {
        "0012_quarantine"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CountQuarantine {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ColumnDef::new(Column::DismissedMs).big_integer().to_owned(),
            ColumnDef::new(Column::Times).big_integer().not_null().default(1).to_owned(),
            ColumnDef::new(Column::LastMs).big_integer().not_null().default(0).to_owned(),
            ColumnDef::new(Column::StripeEventId).string_len(255).to_owned(),
        ];
        for column in columns {
            manager.alter_table(Table::alter().table(Entity).add_column(column).to_owned()).await?;
        }
        let last = Query::update().table(Entity).value(Column::LastMs, Expr::col(Column::ReceivedMs)).to_owned();
        manager.execute(last).await?;

        for name in ["stripe_events_set_aside", "stripe_events_by_age"] {
            manager.drop_index(Index::drop().name(name).table(Entity).to_owned()).await?;
        }
        let waiting = Index::create()
            .name("stripe_events_waiting")
            .table(Entity)
            .col(Column::ReceivedMs)
            .col(Column::EventId)
            .and_where(Expr::col(Column::SetAside).is_not_null())
            .and_where(Expr::col(Column::ResolvedMs).is_null())
            .and_where(Expr::col(Column::DismissedMs).is_null())
            .to_owned();
        manager.create_index(waiting).await?;
        let by_age = Index::create().name("stripe_events_by_last").table(Entity).col(Column::LastMs).to_owned();
        manager.create_index(by_age).await
    }
}
