//! What this service does by itself from time to time.

use std::time::Duration;

use service_kit::periodic::PeriodicWork;
use tonic::Status;

use crate::context::Context;
use crate::error::BillingError;
use crate::use_cases::{check_customers, follow_endings, sweep_orders, turn_periods};

const TURN_EVERY: Duration = Duration::from_secs(2);
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
const CHECK_EVERY: Duration = Duration::from_secs(300);
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Periods that pass, organizations that end, customers that nothing was heard of, and checkouts that are forgotten.
pub fn chores(context: &Context) -> Vec<PeriodicWork> {
    let (turning, following) = (context.clone(), context.clone());
    let (checking, sweeping) = (context.clone(), context.clone());
    let entropy = || context.entropy.clone();
    vec![
        PeriodicWork::new("turn periods", TURN_EVERY, entropy(), move || {
            let context = turning.clone();
            async move { turn_periods(&context).await.map_err(told) }
        }),
        PeriodicWork::new("follow endings", FOLLOW_EVERY, entropy(), move || {
            let context = following.clone();
            async move { follow_endings(&context).await.map_err(told) }
        }),
        PeriodicWork::new("check customers", CHECK_EVERY, entropy(), move || {
            let context = checking.clone();
            async move { check_customers(&context).await.map_err(told) }
        }),
        PeriodicWork::new("sweep orders", SWEEP_EVERY, entropy(), move || {
            let context = sweeping.clone();
            async move { sweep_orders(&context).await.map_err(told) }
        }),
    ]
}

/// What another service said is told with it.
fn told(error: BillingError) -> String {
    match &error {
        BillingError::Upstream(status) => format!("{error}: {}", Status::message(status)),
        _ => error.to_string(),
    }
}
