//! What must be refused whoever asks, by HTTP.

mod account;
mod authority;
mod members;
mod ownership;
mod personal;
