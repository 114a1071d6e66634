//! Billing through Stripe, played by a fake that lets time pass, loses answers and mixes events.

mod bounds;
mod buying;
mod changes;
mod credits;
mod events;
mod lost_answers;
mod modes;
mod open_checkouts;
mod quarantine;
mod real_account;
mod shop;
mod shuffled;
