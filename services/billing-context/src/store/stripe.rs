//! What is kept of Stripe: whose customer is whose, which price is which plan, which events came.

pub mod customers;
pub mod events;
pub mod periods;
pub mod prices;
