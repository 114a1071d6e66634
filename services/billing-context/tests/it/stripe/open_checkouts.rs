//! What could still be bought ends once something was.

use fake_stripe::Fault;

use crate::stripe::shop::Shop;

fn states(shop: &Shop) -> Vec<&'static str> {
    shop.account().checkouts().iter().map(|session| session.status).collect()
}

#[tokio::test]
async fn an_organizations_other_open_checkouts_end_when_one_is_paid() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let (other_user, other) = shop.world.organization();
    let mut pages = Vec::new();
    for plan in ["cheap", "dear", "yearly"] {
        pages.push(shop.checkout(user, organization, plan).await.unwrap());
    }
    shop.checkout(other_user, other, "cheap").await.unwrap();
    shop.pay(&pages[1]);
    shop.hear_all().await;
    assert_eq!(states(&shop), ["expired", "complete", "expired", "open"], "somebody else's goes on");
    assert!(shop.quarantine().await.is_empty());
}

#[tokio::test]
async fn a_checkout_whose_end_stripe_does_not_answer_for_ends_later() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let page = shop.checkout(user, organization, "cheap").await.unwrap();
    shop.checkout(user, organization, "dear").await.unwrap();
    for fault in [Fault::DropAfterEffect, Fault::Error, Fault::Error] {
        shop.account().fail_next("GET", "/v1/checkout/sessions", fault);
    }
    shop.pay(&page);
    shop.hear_all().await;
    assert_eq!(states(&shop), ["complete", "open"]);
    for _ in 0..3 {
        shop.account().fail_next("POST", "/v1/checkout/sessions", Fault::ErrorAfterEffect);
    }
    for _ in 0..2 {
        shop.world.clock.advance(std::time::Duration::from_secs(600));
        shop.world.relay().await;
    }
    assert_eq!(states(&shop), ["complete", "expired"]);
}

#[tokio::test]
async fn a_checkout_that_is_opened_after_the_subscription_ended_is_not_ended_for_it() {
    let shop = Shop::open().await;
    let (user, organization) = shop.world.organization();
    let page = shop.checkout(user, organization, "cheap").await.unwrap();
    for _ in 0..3 {
        shop.account().fail_next("GET", "/v1/checkout/sessions", Fault::Error);
    }
    let id = shop.pay(&page);
    shop.hear_all().await;
    shop.account().end(&id);
    shop.hear_all().await;
    shop.world.clock.advance(std::time::Duration::from_secs(600));
    shop.checkout(user, organization, "dear").await.unwrap();
    shop.world.relay().await;
    assert_eq!(states(&shop), ["complete", "open"]);
}
