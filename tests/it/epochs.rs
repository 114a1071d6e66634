//! Another epoch, begun by the operator as after a restore: everybody's tokens are made anew, and nobody is locked out.

use serde_json::json;

use crate::harness::{Person, Product, Team, believed, claims_of, eventually, refused_at_once};

#[tokio::test]
async fn when_another_epoch_begins_nobody_is_locked_out_and_what_is_taken_away_is_refused_as_before() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let (alice, mut bob, mut carol) = tokio::join!(
        Person::verified(&api, "alice"),
        Person::registered(&api, "bob"),
        Person::registered(&api, "carol")
    );
    let team = Team::of(&alice).await;
    team.admit(&alice, &[&bob, &carol]).await;
    bob.act_for(&team.id).await;
    carol.act_for(&team.id).await;
    let epoch = |person: &Person| claims_of(&person.access_token)["asof"]["e"].clone();
    let former = epoch(&bob);

    let renewed = product.operate(&["epoch", "renew"]).await;
    assert_eq!(renewed.code, Some(0), "{}", renewed.said);
    // Whether a verifier has heard of it or not, and whichever epoch a token is of.
    eventually("tokens of the new epoch", async || {
        bob.refresh(json!({})).await;
        believed(&product, &bob).await;
        believed(&product, &carol).await;
        (epoch(&bob) != former).then_some(())
    })
    .await;
    assert_eq!(epoch(&carol), former);

    for member in [&mut bob, &mut carol] {
        alice.delete(&team.path(&format!("/members/{}", member.user_id))).await.expect(204);
        refused_at_once(&product, member, "TOKEN_STALE").await;
        member.refresh(json!({})).await;
        believed(&product, member).await;
    }
}
