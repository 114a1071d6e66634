//! The first page.

use super::*;

#[tokio::test]
async fn nobody_can_sign_in_there_and_an_account_sees_what_it_belongs_to() {
    let api = house().await;
    let page = open(&api, "/", "").await;
    shows(&page, 200, &["<h1>Sign in</h1>", "href=\"/forgot-password\""]);
    hides(&page, &["sign-up"]);

    let page = open(&api, "/", &signed_in(&api)).await;
    shows(&page, 200, &["Hello, <bdi>Alice</bdi>", "<bdi>Acme</bdi>", "Owner", "Continue to shop.example", "Sign out"]);
    hides(&page, &["not confirmed yet", "type=\"password\""]);
}

#[tokio::test]
async fn an_unproven_address_is_told_with_a_way_to_prove_it() {
    let api = house().await;
    api.stub.answers(GET_ME, identity::GetMeResponse { user: Some(user()) });
    let page = open(&api, "/", &signed_in(&api)).await;
    shows(&page, 200, &["not confirmed yet", &action("/", "send-again")]);
}
