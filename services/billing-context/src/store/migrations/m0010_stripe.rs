//! Stripe: customers, prices, events, and the periods whose credits were given.

use sea_orm_migration::prelude::*;

use crate::store::entity::{stripe_customer, stripe_event, stripe_period, stripe_price};

pub struct CreateStripe;

impl MigrationName for CreateStripe {
    fn name(&self) -> &str {
        "0010_stripe"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateStripe {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let customers = Table::create()
            .table(stripe_customer::Entity)
            .col(ColumnDef::new(stripe_customer::Column::OrganizationId).uuid().not_null())
            .col(ColumnDef::new(stripe_customer::Column::IsLive).boolean().not_null())
            .col(ColumnDef::new(stripe_customer::Column::CustomerId).string_len(255).not_null())
            .col(ColumnDef::new(stripe_customer::Column::Wanted).big_integer().not_null())
            .col(ColumnDef::new(stripe_customer::Column::Done).big_integer().not_null())
            .col(ColumnDef::new(stripe_customer::Column::CheckedMs).big_integer().not_null())
            .col(ColumnDef::new(stripe_customer::Column::CreatedMs).big_integer().not_null())
            .primary_key(
                Index::create().col(stripe_customer::Column::OrganizationId).col(stripe_customer::Column::IsLive),
            )
            .to_owned();
        manager.create_table(customers).await?;
        let by_customer = Index::create()
            .name("stripe_customers_by_customer")
            .table(stripe_customer::Entity)
            .col(stripe_customer::Column::CustomerId)
            .unique()
            .to_owned();
        manager.create_index(by_customer).await?;
        let by_check = Index::create()
            .name("stripe_customers_by_check")
            .table(stripe_customer::Entity)
            .col(stripe_customer::Column::IsLive)
            .col(stripe_customer::Column::CheckedMs)
            .to_owned();
        manager.create_index(by_check).await?;

        let prices = Table::create()
            .table(stripe_price::Entity)
            .col(ColumnDef::new(stripe_price::Column::PriceId).string_len(255).not_null().primary_key())
            .col(ColumnDef::new(stripe_price::Column::IsLive).boolean().not_null())
            .col(ColumnDef::new(stripe_price::Column::PlanCode).string_len(50).not_null())
            .col(ColumnDef::new(stripe_price::Column::PlanVersion).integer().not_null())
            .col(ColumnDef::new(stripe_price::Column::PlanTerms).text().not_null())
            .col(ColumnDef::new(stripe_price::Column::CreatedMs).big_integer().not_null())
            .to_owned();
        manager.create_table(prices).await?;
        let by_plan = Index::create()
            .name("stripe_prices_by_plan")
            .table(stripe_price::Entity)
            .col(stripe_price::Column::PlanCode)
            .col(stripe_price::Column::PlanVersion)
            .col(stripe_price::Column::IsLive)
            .unique()
            .to_owned();
        manager.create_index(by_plan).await?;

        let events = Table::create()
            .table(stripe_event::Entity)
            .col(ColumnDef::new(stripe_event::Column::EventId).string_len(255).not_null().primary_key())
            .col(ColumnDef::new(stripe_event::Column::Kind).string_len(255).not_null())
            .col(ColumnDef::new(stripe_event::Column::IsLive).boolean().not_null())
            .col(ColumnDef::new(stripe_event::Column::CustomerId).string_len(255))
            .col(ColumnDef::new(stripe_event::Column::ClaimedOrganization).string_len(255))
            .col(ColumnDef::new(stripe_event::Column::OccurredMs).big_integer().not_null())
            .col(ColumnDef::new(stripe_event::Column::ReceivedMs).big_integer().not_null())
            .col(ColumnDef::new(stripe_event::Column::SetAside).string_len(50))
            .col(ColumnDef::new(stripe_event::Column::ResolvedMs).big_integer())
            .to_owned();
        manager.create_table(events).await?;
        let waiting = Index::create()
            .name("stripe_events_set_aside")
            .table(stripe_event::Entity)
            .col(stripe_event::Column::ReceivedMs)
            .col(stripe_event::Column::EventId)
            .and_where(Expr::col(stripe_event::Column::SetAside).is_not_null())
            .and_where(Expr::col(stripe_event::Column::ResolvedMs).is_null())
            .to_owned();
        manager.create_index(waiting).await?;
        let by_age = Index::create()
            .name("stripe_events_by_age")
            .table(stripe_event::Entity)
            .col(stripe_event::Column::ReceivedMs)
            .to_owned();
        manager.create_index(by_age).await?;

        let periods = Table::create()
            .table(stripe_period::Entity)
            .col(ColumnDef::new(stripe_period::Column::ProviderId).string_len(255).not_null())
            .col(ColumnDef::new(stripe_period::Column::StartMs).big_integer().not_null())
            .col(ColumnDef::new(stripe_period::Column::Credits).big_integer().not_null())
            .primary_key(Index::create().col(stripe_period::Column::ProviderId).col(stripe_period::Column::StartMs))
            .to_owned();
        manager.create_table(periods).await
    }
}
