//! What each call does.

use axum::http::Method;
use serde::Serialize;
use serde_json::{Value, json};

use crate::api::shown;
use crate::objects::{CheckoutSession, Invoice, List, Recurring};
use crate::params::Params;
use crate::problem::Problem;
use crate::world::World;
use crate::world::billing::cut;
use crate::world::catalog::NewPrice;
use crate::world::checkout::NewCheckout;
use crate::world::subscriptions::Proration;

/// Does what the call asks for.
pub fn perform(
    world: &mut World,
    base_url: &str,
    method: &Method,
    path: &str,
    mut params: Params,
) -> Result<Value, Problem> {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    // What would be expanded is shown anyway.
    params.map("expand");
    let answer = match (method.as_str(), segments.as_slice()) {
        ("POST", ["v1", "customers"]) => {
            let (email, name, metadata) = (params.text("email"), params.text("name"), params.map("metadata"));
            params.finish()?;
            shown(&world.add_customer(email, name, metadata))
        }
        ("GET", ["v1", "customers", id]) => {
            params.finish()?;
            if world.removed.contains(*id) {
                return Ok(json!({ "id": id, "object": "customer", "deleted": true }));
            }
            shown(world.customer(id).map_err(|_| Problem::missing("customer", id, "id"))?)
        }
        ("POST", ["v1", "products"]) => {
            let (id, name, metadata) = (params.text("id"), params.required("name")?, params.map("metadata"));
            params.finish()?;
            shown(&world.add_product(id, name, metadata)?)
        }
        ("POST", ["v1", "prices"]) => add_price(world, params)?,
        ("GET", ["v1", "prices"]) => {
            let keys = params.map("lookup_keys");
            let wanted = |key: &Option<String>| keys.is_empty() || keys.values().any(|k| Some(k) == key.as_ref());
            let prices = world.prices.values().rev().filter(|price| wanted(&price.lookup_key));
            page(prices.map(|price| (price.id.as_str(), price)), params, path)?
        }
        ("GET", ["v1", "prices", id]) => {
            params.finish()?;
            shown(world.price(id, "id")?)
        }
        ("POST", ["v1", "checkout", "sessions"]) => add_checkout(world, base_url, params)?,
        ("GET", ["v1", "checkout", "sessions"]) => {
            let (customer, status) = (customer_of(world, &mut params)?, params.text("status"));
            let is_open = |it: &CheckoutSession| it.status == "open" && it.expires_at > world.now();
            let status_of =
                |it: &CheckoutSession| if it.status == "open" && !is_open(it) { "expired" } else { it.status };
            let sessions = world.checkouts.values().rev().filter(|it| {
                customer.as_ref().is_none_or(|id| *id == it.customer)
                    && status.as_deref().is_none_or(|status| status == status_of(it))
            });
            page(sessions.map(|it| (it.id.as_str(), it)), params, path)?
        }
        ("GET", ["v1", "checkout", "sessions", id]) => {
            params.finish()?;
            shown(world.checkouts.get(*id).ok_or_else(|| Problem::missing("checkout.session", id, "id"))?)
        }
        ("POST", ["v1", "checkout", "sessions", id, "expire"]) => {
            params.finish()?;
            shown(&world.expire_checkout(id)?)
        }
        ("POST", ["v1", "billing_portal", "sessions"]) => {
            let (customer, return_url) = (params.required("customer")?, params.required("return_url")?);
            params.finish()?;
            shown(&world.add_portal(&customer, return_url, base_url)?)
        }
        ("GET", ["v1", "subscriptions"]) => {
            let (customer, status) = (customer_of(world, &mut params)?, params.text("status"));
            let is_wanted = |status_now: &str| match status.as_deref() {
                Some("all") => true,
                Some(status) => status == status_now,
                None => status_now != "canceled",
            };
            let subscriptions = world.subscriptions.values().rev();
            let subscriptions = subscriptions
                .filter(|it| customer.as_ref().is_none_or(|id| *id == it.customer) && is_wanted(it.status));
            page(subscriptions.map(|it| (it.id.as_str(), it)), params, path)?
        }
        ("POST", ["v1", "subscriptions"]) => {
            let (customer, price) = (params.required("customer")?, params.required("items[0][price]")?);
            let (metadata, trial) = (params.map("metadata"), params.parsed("trial_period_days")?);
            params.finish()?;
            world.customer(&customer)?;
            world.price(&price, "items[0][price]")?;
            let id = world.subscribe(&customer, &price, metadata, trial);
            shown(world.subscription(&id)?)
        }
        ("GET", ["v1", "subscriptions", id]) => {
            params.finish()?;
            shown(world.subscription(id)?)
        }
        ("POST", ["v1", "subscriptions", id]) => change_subscription(world, id, params)?,
        ("DELETE", ["v1", "subscriptions", id]) => {
            params.finish()?;
            if world.subscription(id)?.has_ended() {
                return Err(Problem::missing("subscription", id, "id"));
            }
            world.end(id);
            shown(world.subscription(id)?)
        }
        ("GET", ["v1", "invoices"]) => {
            let (customer, status) = (customer_of(world, &mut params)?, params.text("status"));
            let subscription = params.text("subscription");
            let invoices = world.invoices.values().rev().filter(|it| {
                customer.as_ref().is_none_or(|id| *id == it.customer)
                    && status.as_deref().is_none_or(|status| status == it.status)
                    && subscription.as_ref().is_none_or(|id| *id == it.parent.subscription_details.subscription)
            });
            let invoices: Vec<Invoice> = invoices.map(|it| cut(it, world.lines_shown)).collect();
            page(invoices.iter().map(|it| (it.id.as_str(), it)), params, path)?
        }
        ("GET", ["v1", "invoices", id]) => {
            params.finish()?;
            let invoice = world.invoices.get(*id).ok_or_else(|| Problem::missing("invoice", id, "id"))?;
            shown(&cut(invoice, world.lines_shown))
        }
        ("GET", ["v1", "invoices", id, "lines"]) => {
            let invoice = world.invoices.get(*id).ok_or_else(|| Problem::missing("invoice", id, "id"))?;
            page(invoice.lines.data.iter().map(|it| (it.id.as_str(), it)), params, path)?
        }
        ("GET", ["v1", "events"]) => {
            let kind = params.text("type");
            let after = params.parsed::<i64>("created[gte]")?;
            let events = world.events.iter().rev().filter(|it| {
                kind.as_ref().is_none_or(|kind| *kind == it.r#type) && after.is_none_or(|after| it.created >= after)
            });
            page(events.map(|it| (it.id.as_str(), it)), params, path)?
        }
        ("GET", ["v1", "events", id]) => {
            params.finish()?;
            let event = world.events.iter().find(|event| event.id == *id);
            shown(event.ok_or_else(|| Problem::missing("event", id, "id"))?)
        }
        (method, _) => return Err(Problem::unknown_path(method, path)),
    };
    Ok(answer)
}

/// The customer whose objects are wanted; refused when there is none of this id.
fn customer_of(world: &World, params: &mut Params) -> Result<Option<String>, Problem> {
    let customer = params.text("customer");
    if let Some(id) = &customer {
        world.customer(id)?;
    }
    Ok(customer)
}

/// A page of a list that is newest first.
fn page<'world, T: Serialize + 'world>(
    all: impl Iterator<Item = (&'world str, &'world T)>,
    mut params: Params,
    path: &str,
) -> Result<Value, Problem> {
    let limit = params.parsed::<usize>("limit")?.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Problem::invalid("limit must be 1 to 100").with("parameter_invalid_integer", "limit"));
    }
    let after = params.text("starting_after");
    params.finish()?;
    let mut rest = all.skip_while(|(id, _)| after.as_ref().is_some_and(|after| after != id));
    if let Some(after) = &after
        && rest.next().is_none()
    {
        return Err(Problem::missing("object", after, "starting_after"));
    }
    let mut data: Vec<&T> = rest.map(|(_, object)| object).take(limit + 1).collect();
    let has_more = data.len() > limit;
    data.truncate(limit);
    Ok(json!(List { object: "list", data, has_more, url: path.to_owned() }))
}

fn add_price(world: &mut World, mut params: Params) -> Result<Value, Problem> {
    let currency = params.required("currency")?;
    let unit_amount = params.parsed("unit_amount")?.unwrap_or(0);
    let interval = params.required("recurring[interval]")?;
    if !matches!(interval.as_str(), "day" | "week" | "month" | "year") {
        return Err(Problem::invalid("Invalid recurring[interval]").with("parameter_invalid", "recurring[interval]"));
    }
    let interval_count: i32 = params.parsed("recurring[interval_count]")?.unwrap_or(1);
    let longest = if interval == "year" { 3 } else { 36 };
    if !(1..=longest).contains(&interval_count) || unit_amount < 0 {
        let message = "A price is 0 or more, and due at least every 3 years";
        return Err(Problem::invalid(message).with("parameter_invalid_integer", "recurring[interval_count]"));
    }
    let (lookup_key, metadata) = (params.text("lookup_key"), params.map("metadata"));
    let (product, product_name) = (params.text("product"), params.text("product_data[name]"));
    params.finish()?;
    let product = match (product, product_name) {
        (Some(product), None) => product,
        (None, Some(name)) => world.add_product(None, name, Default::default())?.id,
        _ => return Err(Problem::invalid("You must give either product or product_data.")),
    };
    let recurring = Recurring { interval, interval_count };
    Ok(shown(&world.add_price(NewPrice { product, currency, unit_amount, recurring, lookup_key, metadata })?))
}

fn add_checkout(world: &mut World, base_url: &str, mut params: Params) -> Result<Value, Problem> {
    if params.required("mode")? != "subscription" {
        return Err(Problem::invalid("This fake sells subscriptions alone.").with("parameter_invalid", "mode"));
    }
    if params.parsed::<i64>("line_items[0][quantity]")? != Some(1) {
        return Err(Problem::invalid("Quantity is required.").with("parameter_missing", "line_items[0][quantity]"));
    }
    let new = NewCheckout {
        customer: params.required("customer")?,
        price: params.required("line_items[0][price]")?,
        success_url: params.required("success_url")?,
        cancel_url: params.text("cancel_url"),
        client_reference_id: params.text("client_reference_id"),
        metadata: params.map("metadata"),
        subscription_metadata: params.map("subscription_data[metadata]"),
        trial_period_days: params.parsed("subscription_data[trial_period_days]")?,
        expires_at: params.parsed("expires_at")?,
    };
    params.finish()?;
    Ok(shown(&world.add_checkout(new, base_url)?))
}

fn change_subscription(world: &mut World, id: &str, mut params: Params) -> Result<Value, Problem> {
    let subscription = world.subscription(id)?.clone();
    if subscription.has_ended() {
        return Err(Problem::missing("subscription", id, "id"));
    }
    let (item, price) = (params.text("items[0][id]"), params.text("items[0][price]"));
    let proration = match params.text("proration_behavior").as_deref() {
        None | Some("create_prorations") => Proration::CreateProrations,
        Some("always_invoice") => Proration::AlwaysInvoice,
        Some("none") => Proration::None,
        Some(_) => return Err(Problem::invalid("Invalid proration_behavior")),
    };
    let must_be_paid = match params.text("payment_behavior").as_deref() {
        None | Some("allow_incomplete") => false,
        Some("error_if_incomplete") => true,
        Some(_) => return Err(Problem::invalid("This fake does not know this payment_behavior.")),
    };
    let cancel = params.parsed::<bool>("cancel_at_period_end")?;
    let forgets_end = params.unsets("cancel_at");
    let trial_end = params.parsed::<i64>("trial_end")?;
    if trial_end.is_some_and(|end| end <= world.now()) {
        return Err(Problem::invalid("trial_end must be in the future.").with("parameter_invalid", "trial_end"));
    }
    let metadata = params.map("metadata");
    params.finish()?;
    if let Some(price) = price {
        if item.as_ref() != Some(&subscription.item().id) {
            let message = "This fake changes the one item there is; name it in items[0][id].";
            return Err(Problem::invalid(message).with("parameter_missing", "items[0][id]"));
        }
        let is_owed = proration == Proration::AlwaysInvoice
            && subscription.status != "trialing"
            && world.price(&price, "items[0][price]")?.unit_amount > subscription.item().price.unit_amount;
        if must_be_paid && is_owed && world.declined.contains(&subscription.customer) {
            return Err(Problem::declined());
        }
        world.change_price(id, &price, proration, trial_end)?;
    }
    if let Some(cancel) = cancel {
        world.set_cancel_at_period_end(id, cancel);
    } else if forgets_end {
        world.set_cancel_at_period_end(id, false);
    }
    if !metadata.is_empty() {
        world.change(id, |subscription| {
            subscription.metadata.extend(metadata);
            subscription.metadata.retain(|_, value| !value.is_empty());
        });
    }
    Ok(shown(world.subscription(id)?))
}
