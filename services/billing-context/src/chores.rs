//! What this service does by itself from time to time.

use std::time::Duration;

use service_kit::periodic::PeriodicWork;
use tonic::Status;

use crate::context::Context;
use crate::error::BillingError;
use crate::use_cases::{check_customers, follow_endings, record_key_uses, sweep_orders, turn_periods};

const TURN_EVERY: Duration = Duration::from_secs(2);
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
const CHECK_EVERY: Duration = Duration::from_secs(300);
/// When keys were used is written down this often, and so known to about this long.
const KEY_USES_EVERY: Duration = Duration::from_secs(60);
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Periods that pass, organizations that end, customers that nothing was heard of, uses of keys that are kept, and checkouts
/// that are forgotten.
pub fn chores(context: &Context) -> Vec<PeriodicWork> {
    let (turning, following, checking) = (context.clone(), context.clone(), context.clone());
    let (sweeping, recording) = (context.clone(), context.clone());
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
        PeriodicWork::new("record uses of server keys", KEY_USES_EVERY, entropy(), move || {
            let context = recording.clone();
            async move { record_key_uses(&context).await.map_err(told) }
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
