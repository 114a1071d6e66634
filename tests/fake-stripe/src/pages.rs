//! The pages that a person sees: pay, look after a subscription, let time pass, decline cards and hold events back.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::account::Account;
use crate::objects::Subscription;
use crate::webhooks::Order;
use crate::world::checkout::Paid;
use crate::world::subscriptions::Proration;

type Modes = State<[Account; 2]>;

/// The routes of all pages.
pub fn routes() -> Router<[Account; 2]> {
    Router::new()
        .route("/", get(overview))
        .route("/advance", post(advance))
        .route("/card", post(card))
        .route("/events", post(events))
        .route("/pay/{id}", get(pay_page).post(pay))
        .route("/portal/{id}", get(portal_page).post(act_in_portal))
}

/// What can be pressed on the pages; each button says it in the query of its form.
type Pressed = Query<HashMap<String, String>>;

fn said<'query>(pressed: &'query Pressed, name: &str) -> &'query str {
    pressed.get(name).map(String::as_str).unwrap_or_default()
}

async fn overview(State(modes): Modes) -> Html<String> {
    let mut body = String::from("<p>Objects live in memory and are gone when this process ends.</p>");
    for account in &modes {
        let subscriptions = account.subscriptions();
        body.push_str(&format!("<h2>Key {}</h2>", escaped(account.secret_key())));
        body.push_str(&format!("<p>It is second {} here.</p>", account.now()));
        for subscription in &subscriptions {
            body.push_str(&format!("<p>{}</p>", line_about(subscription)));
        }
        let mode = usize::from(account.secret_key().starts_with("sk_live"));
        for (label, days) in [("A day passes", 1), ("A month passes", 31), ("A year passes", 366)] {
            body.push_str(&button(&format!("/advance?mode={mode}&days={days}"), label));
        }
        for customer in account.customers() {
            let is_declined = account.with(|state| state.world.declined.contains(&customer.id));
            let (act, label) = if is_declined { ("take", "Take") } else { ("decline", "Decline") };
            let action = format!("/card?mode={mode}&do={act}&customer={}", customer.id);
            body.push_str(&button(&action, &format!("{label} the card of {} from now on", customer.id)));
        }
        let (is_held, waiting) = account.with(|state| (state.queue.is_held, state.queue.waiting.len()));
        let acts: &[(&str, &str)] = match is_held {
            false => &[("hold", "Hold events back")],
            true => {
                &[("send", "Send what was held back"), ("mix", "Send it mixed, everything twice"), ("lose", "Lose it")]
            }
        };
        body.push_str(&format!("<p>{waiting} events wait to be sent.</p>"));
        for (act, label) in acts {
            body.push_str(&button(&format!("/events?mode={mode}&do={act}"), label));
        }
    }
    page("A Stripe to try things with", &body)
}

async fn advance(State(modes): Modes, pressed: Pressed) -> Response {
    let days = said(&pressed, "days").parse::<u64>().ok().filter(|days| (1..=3660).contains(days));
    let (Some(days), Some(account)) = (days, mode(&modes, &pressed)) else {
        return (StatusCode::BAD_REQUEST, "days must be 1 to 3660, and the mode 0 or 1").into_response();
    };
    account.advance(Duration::from_secs(days * 86_400));
    Redirect::to("/").into_response()
}

fn mode<'modes>(modes: &'modes [Account; 2], pressed: &Pressed) -> Option<&'modes Account> {
    modes.get(said(pressed, "mode").parse::<usize>().ok()?)
}

async fn card(State(modes): Modes, pressed: Pressed) -> Response {
    let Some(account) = mode(&modes, &pressed) else { return gone() };
    account.decline_card(said(&pressed, "customer"), said(&pressed, "do") == "decline");
    Redirect::to("/").into_response()
}

async fn events(State(modes): Modes, pressed: Pressed) -> Response {
    let Some(account) = mode(&modes, &pressed) else { return gone() };
    match said(&pressed, "do") {
        "hold" => account.hold_webhooks(),
        "send" => account.release_webhooks(Order::AsMade),
        "mix" => account.release_webhooks(Order::Shuffled { seed: account.now().unsigned_abs(), copies: 2 }),
        "lose" => account.lose_webhooks(),
        _ => return gone(),
    }
    Redirect::to("/").into_response()
}

async fn pay_page(State(modes): Modes, Path(id): Path<String>) -> Response {
    let found = modes.iter().find_map(|account| {
        account.with(|state| {
            let session = state.world.checkouts.get(&id)?.clone();
            let price = state.world.prices.get(&session.price)?.clone();
            let name = state.world.products.get(&price.product)?.name.clone();
            Some((session, price, name))
        })
    });
    let Some((session, price, name)) = found else { return gone() };
    if session.status != "open" {
        return page("This page is closed", "<p>It was paid or has expired.</p>").into_response();
    }
    let trial = match session.trial_period_days {
        Some(days) => format!(" after {days} days for free"),
        None => String::new(),
    };
    let every = format!("{} {}", price.recurring.interval_count, price.recurring.interval);
    let amount = format!("{}.{:02} {}", price.unit_amount / 100, price.unit_amount % 100, escaped(&price.currency));
    let body = format!(
        "<p>{}: {amount} every {every}{trial}.</p>{}{}{}",
        escaped(&name),
        button("?do=pay", "Pay"),
        button("?do=decline", "Pay with a card that is declined"),
        button("?do=cancel", "Cancel"),
    );
    page("Pay", &body).into_response()
}

async fn pay(State(modes): Modes, Path(id): Path<String>, pressed: Pressed) -> Response {
    let session = |account: &&Account| account.checkouts().into_iter().find(|session| session.id == id);
    let Some((account, session)) = modes.iter().find_map(|account| Some((account, session(&account)?))) else {
        return gone();
    };
    let paid = match said(&pressed, "do") {
        "cancel" => {
            let back = session.cancel_url.unwrap_or_else(|| "/".to_owned());
            return Redirect::to(&back).into_response();
        }
        "decline" => Some(Paid::Declined),
        _ => account.complete_checkout(&id),
    };
    match paid {
        Some(Paid::Yes(_)) => Redirect::to(&session.success_url.replace("{CHECKOUT_SESSION_ID}", &id)).into_response(),
        Some(Paid::Declined) => {
            page("Your card was declined", &button("?do=pay", "Pay with another one")).into_response()
        }
        _ => gone(),
    }
}

async fn portal_page(State(modes): Modes, Path(id): Path<String>) -> Response {
    let found = modes.iter().find_map(|account| {
        account.with(|state| {
            let session = state.world.portals.get(&id)?.clone();
            let subscriptions: Vec<Subscription> =
                state.world.subscriptions.values().filter(|it| it.customer == session.customer).cloned().collect();
            let prices: Vec<(String, String)> = state
                .world
                .prices
                .values()
                .map(|price| {
                    let name = state.world.products.get(&price.product).map_or("", |product| product.name.as_str());
                    (price.id.clone(), format!("{name}, {} per {}", price.unit_amount, price.recurring.interval))
                })
                .collect();
            Some((session, subscriptions, prices, state.world.declined.contains(&state.world.portals[&id].customer)))
        })
    });
    let Some((session, subscriptions, prices, is_declined)) = found else { return gone() };
    let mut body = String::new();
    for subscription in subscriptions {
        body.push_str(&format!("<h2>{}</h2>", line_about(&subscription)));
        if subscription.has_ended() {
            continue;
        }
        let act = |act: &str| format!("?do={act}&subscription={}", subscription.id);
        if subscription.cancel_at_period_end {
            body.push_str(&button(&act("resume"), "Do not cancel"));
        } else {
            body.push_str(&button(&act("cancel"), "Cancel with the period's end"));
        }
        body.push_str(&button(&act("retry"), "Pay what is owed"));
        for (price, label) in prices.iter().filter(|(price, _)| *price != subscription.item().price.id) {
            body.push_str(&button(&format!("{}&price={price}", act("change")), &format!("Change to {label}")));
        }
    }
    let card =
        if is_declined { ("take", "Use a card that is good") } else { ("decline", "Use a card that is declined") };
    body.push_str(&button(&format!("?do={}", card.0), card.1));
    body.push_str(&format!("<p><a href=\"{}\">Back</a></p>", escaped(&session.return_url)));
    page("Your subscription", &body).into_response()
}

async fn act_in_portal(State(modes): Modes, Path(id): Path<String>, pressed: Pressed) -> Response {
    let customer_in =
        |account: &Account| account.with(|state| state.world.portals.get(&id).map(|session| session.customer.clone()));
    let Some((account, customer)) = modes.iter().find_map(|account| Some((account, customer_in(account)?))) else {
        return gone();
    };
    let subscription = said(&pressed, "subscription");
    let is_own = account.subscriptions().iter().any(|it| it.id == subscription && it.customer == customer);
    match said(&pressed, "do") {
        "decline" => account.decline_card(&customer, true),
        "take" => account.decline_card(&customer, false),
        "cancel" if is_own => account.set_cancel_at_period_end(subscription, true),
        "resume" if is_own => account.set_cancel_at_period_end(subscription, false),
        "retry" if is_own => {
            account.retry_payment(subscription);
        }
        "change" if is_own => {
            let price = said(&pressed, "price").to_owned();
            let changed =
                account.with(|state| state.world.change_price(subscription, &price, Proration::AlwaysInvoice, None));
            if changed.is_err() {
                return gone();
            }
        }
        _ => return gone(),
    }
    Redirect::to(&format!("/portal/{id}")).into_response()
}

fn line_about(subscription: &Subscription) -> String {
    let ending = if subscription.cancel_at_period_end { ", ends with its period" } else { "" };
    format!("{} of {}: {}{ending}", subscription.id, subscription.customer, subscription.status)
}

fn button(action: &str, label: &str) -> String {
    format!("<form method=\"post\" action=\"{}\"><button>{}</button></form>", escaped(action), escaped(label))
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!("<!doctype html><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1>{body}"))
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, page("There is no such page", "<p>Start again from where you came.</p>")).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
