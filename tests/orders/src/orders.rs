//! Orders belong to the organization that their buyer acts for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use token_verification::{Caller, MissingPermission};
use uuid::Uuid;

use crate::Shop;

const MOST_ORDERS: usize = 1_000;

/// In memory, by organization.
#[derive(Clone, Default)]
pub struct Orders {
    by_organization: Arc<Mutex<HashMap<Uuid, Vec<Order>>>>,
}

#[derive(Clone)]
struct Order {
    item: String,
    buyer: Uuid,
}

/// Why an order is refused.
pub enum Refusal {
    NotPermitted(MissingPermission),
    /// The caller acts for no organization.
    NoOrganization,
    NoPlan,
    TooMany,
}

impl From<MissingPermission> for Refusal {
    fn from(missing: MissingPermission) -> Self {
        Self::NotPermitted(missing)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::NotPermitted(missing) => missing.into_response(),
            Self::NoOrganization => (StatusCode::FORBIDDEN, "Choose an organization first.").into_response(),
            Self::NoPlan => (StatusCode::PAYMENT_REQUIRED, "Orders need a plan.").into_response(),
            Self::TooMany => (StatusCode::CONFLICT, "There are too many orders already.").into_response(),
        }
    }
}

pub async fn list(caller: Caller, State(shop): State<Shop>) -> Result<Json<Value>, Refusal> {
    caller.require("orders:read")?;
    let organization = caller.organization.ok_or(Refusal::NoOrganization)?;
    let all = shop.orders.by_organization.lock().unwrap_or_else(PoisonError::into_inner);
    let found = all.get(&organization.id).map(Vec::as_slice).unwrap_or_default();
    let shown: Vec<_> = found.iter().map(|order| json!({ "item": order.item, "buyer": order.buyer })).collect();
    Ok(Json(json!({ "orders": shown })))
}

pub async fn place(caller: Caller, State(shop): State<Shop>, item: String) -> Result<StatusCode, Refusal> {
    caller.require("orders:write")?;
    let has_plan = caller.subscription.as_ref().is_some_and(|held| matches!(&*held.status, "active" | "trialing"));
    if !has_plan {
        return Err(Refusal::NoPlan);
    }
    let organization = caller.organization.ok_or(Refusal::NoOrganization)?;
    let mut all = shop.orders.by_organization.lock().unwrap_or_else(PoisonError::into_inner);
    let of_organization = all.entry(organization.id).or_default();
    if of_organization.len() >= MOST_ORDERS {
        return Err(Refusal::TooMany);
    }
    of_organization.push(Order { item, buyer: caller.user_id });
    Ok(StatusCode::CREATED)
}
