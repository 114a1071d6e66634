//! What the audit log says was done. It holds no secret.

use serde_json::{Value, json};

use crate::domain::{
    Account, Incident, Order, PlanVersion, ServerKey, ServerKeyId, SetAside, Step, StepAction, Subscription, When,
};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// A noun and a past participle.
    pub action: &'static str,
    /// The kind of thing that it was done to.
    pub target_kind: &'static str,
    /// Which of them.
    pub target_id: String,
    /// What else is worth knowing.
    pub details: Value,
}

impl Record {
    /// The offer is another. Versions are named as far as there is room.
    pub fn plans_applied(made: &[PlanVersion], offered: usize, withdrawn: u64) -> Self {
        const NAMED: usize = 30;
        let versions: Vec<Value> = made.iter().take(NAMED).map(of_version).collect();
        let details = json!({ "versions": versions, "offered": offered, "withdrawn": withdrawn });
        Self { action: "plans.applied", target_kind: "offer", target_id: "plans".to_owned(), details }
    }

    /// The organization has a subscription that it did not have.
    pub fn subscription_started(subscription: &Subscription) -> Self {
        let details = json!({
            "plan": of_version(&subscription.plan),
            "provider": subscription.provider.word(),
            "status": subscription.status.word(),
        });
        Self::of("subscription.started", subscription, details)
    }

    /// It is on another plan, or will be.
    pub fn subscription_changed(before: &Subscription, after: &Subscription) -> Self {
        let (plan, when) = match &after.pending {
            Some(pending) => (pending, "period_end"),
            None => (&after.plan, "now"),
        };
        let details = json!({ "from": of_version(&before.plan), "to": of_version(plan), "when": when });
        Self::of("subscription.changed", after, details)
    }

    /// It ends with its period.
    pub fn subscription_cancellation_planned(subscription: &Subscription) -> Self {
        let end = subscription.period.end.map(service_kit::Timestamp::to_rfc3339);
        Self::of("subscription.cancellation_planned", subscription, json!({ "ends_at": end }))
    }

    /// It goes on after its period after all.
    pub fn subscription_reactivated(subscription: &Subscription) -> Self {
        Self::of("subscription.reactivated", subscription, Value::Null)
    }

    /// It has ended.
    pub fn subscription_ended(subscription: &Subscription) -> Self {
        Self::of("subscription.ended", subscription, json!({ "plan": of_version(&subscription.plan) }))
    }

    /// Where it stands is another: a payment is late, or has come.
    pub fn subscription_standing_changed(subscription: &Subscription) -> Self {
        let details = json!({ "status": subscription.status.word() });
        Self::of("subscription.standing_changed", subscription, details)
    }

    /// Something is to be done to it at its provider.
    pub fn step_asked_for(subscription: &Subscription, step: &Step) -> Self {
        let (what, when) = match &step.action {
            StepAction::ChangePlan { plan, when } => (of_version(plan), Some(*when)),
            StepAction::Cancel { when } => (json!("cancel"), Some(*when)),
            StepAction::Reactivate => (json!("reactivate"), None),
        };
        let when = when.map(|when| if when == When::Now { "now" } else { "period_end" });
        let details = json!({ "provider": step.provider.word(), "to": what, "when": when });
        Self::of("subscription.change_asked_for", subscription, details)
    }

    /// What Stripe told is heeded after all.
    pub fn event_replayed(incident: &Incident) -> Self {
        let details = json!({ "kind": incident.kind, "reason": incident.set_aside.map(SetAside::word) });
        Self { action: "event.replayed", target_kind: "event", target_id: incident.id.clone(), details }
    }

    /// What Stripe told is left unheeded for good.
    pub fn event_dismissed(incident: &Incident) -> Self {
        let details = json!({
            "kind": incident.kind,
            "reason": incident.set_aside.map(SetAside::word),
            "times": incident.times,
        });
        Self { action: "event.dismissed", target_kind: "event", target_id: incident.id.clone(), details }
    }

    /// Somebody has gone to take a plan.
    pub fn checkout_started(order: &Order) -> Self {
        let details = json!({ "plan": of_version(&order.plan), "provider": order.provider.word() });
        Self { action: "checkout.started", target_kind: "order", target_id: order.id.to_string(), details }
    }

    /// A program of the operator's may act from now on. Its key is not told.
    pub fn server_key_created(key: &ServerKey) -> Self {
        let details = json!({
            "name": key.name,
            "scopes": key.scopes.words().collect::<Vec<_>>(),
            "expires_at": key.expires.map(service_kit::Timestamp::to_rfc3339),
        });
        Self { action: "server_key.created", target_kind: "server_key", target_id: key.id.to_string(), details }
    }

    /// A program of the operator's acts no more.
    pub fn server_key_revoked(id: ServerKeyId) -> Self {
        let details = Value::Null;
        Self { action: "server_key.revoked", target_kind: "server_key", target_id: id.to_string(), details }
    }

    /// Charges may take the balance so far below zero.
    pub fn overdraft_set(account: Account, limit: i64) -> Self {
        let details = json!({ "from": account.overdraft_limit, "to": limit });
        let target_id = account.organization_id.to_string();
        Self { action: "overdraft.set", target_kind: "credit_account", target_id, details }
    }

    fn of(action: &'static str, subscription: &Subscription, details: Value) -> Self {
        Self { action, target_kind: "subscription", target_id: subscription.id.to_string(), details }
    }
}

fn of_version(version: &PlanVersion) -> Value {
    json!({ "code": version.terms.code, "version": version.number })
}
