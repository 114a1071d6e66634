//! The shop seen by its customers.

mod guildhall;
mod shopping;
