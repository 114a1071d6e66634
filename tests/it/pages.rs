//! The pages for people, followed from the links that are mailed and shared, without a script.

use serde_json::json;

use crate::harness::{Api, PASSWORD, PageReader, Person, Product, Team, eventually, secret_mailed_to, unique};

const ACCESS: &str = "__Host-guildhall_access";
const NEW_PASSWORD: &str = "nine ferries before the storm";

async fn api() -> Api {
    Product::shared().await.api()
}

async fn team(api: &Api) -> (Person, Team) {
    let alice = Person::verified(api, "alice").await;
    let team = Team::of(&alice).await;
    (alice, team)
}

/// The path that the mail to this address leads to.
async fn invited(alice: &Person, team: &Team, email: &str) -> String {
    alice.post(&team.path("/invitations"), json!({ "email": email })).await.expect(201);
    format!("/invitations/{}", secret_mailed_to(&alice.api, email, "/invitations/").await)
}

fn new_address(name: &str) -> String {
    format!("{name}.{}@example.com", unique())
}

async fn make_account(reader: &mut PageReader, email: &str) {
    let typed = [("email", email), ("name", "Somebody"), ("password", PASSWORD)];
    send_for_a_hash(reader, "/sign-up", &typed).await;
}

async fn sign_in(reader: &mut PageReader, email: &str) {
    send_for_a_hash(reader, "/sign-in", &[("email", email), ("password", PASSWORD)]).await;
}

/// Sends a form with a password in it, again while the queue for hashing is full.
async fn send_for_a_hash(reader: &mut PageReader, form: &str, typed: &[(&str, &str)]) {
    for _ in 0..100 {
        reader.send(form, typed).await;
        if reader.status() != 429 {
            return;
        }
    }
    panic!("the queue for hashing stays full");
}

async fn confirm(reader: &mut PageReader, api: &Api, email: &str) {
    let secret = secret_mailed_to(api, email, "verify-email?token=").await;
    reader.follow(&format!("/verify-email?token={secret}")).await;
    reader.send("/verify-email", &[]).await;
    reader.reads(200, &["Your address is confirmed"]);
}

#[tokio::test]
async fn whoever_is_invited_makes_an_account_confirms_the_address_and_belongs() {
    let api = api().await;
    let (alice, team) = team(&api).await;
    let email = new_address("bob");
    let path = invited(&alice, &team, &email).await;

    let mut bob = PageReader::open(&api, &path).await;
    bob.reads(200, &["Join Acme", "to become a member", "I am new here"]);
    make_account(&mut bob, &new_address("another")).await;
    bob.reads(403, &["This invitation was sent to b***@example.com"]);
    make_account(&mut bob, &email).await;
    bob.reads(200, &["look into your mail", &email]);
    assert!(!bob.has_form("/accept"), "the secret of an invitation proves no mailbox");
    assert_eq!(team.members(&alice).await.len(), 1);
    confirm(&mut bob, &api, &email).await;

    bob.reads(200, &["Your organizations", "Acme"]);
    assert_eq!(team.members(&alice).await.len(), 2);
    bob.follow(&path).await;
    bob.reads(409, &["has been answered"]);
}

#[tokio::test]
async fn whoever_is_invited_signs_in_and_accepts() {
    let api = api().await;
    let (alice, team) = team(&api).await;
    for (is_old, members) in [(false, 2), (true, 3)] {
        let bob = Person::verified(&api, "bob").await;
        let path = invited(&alice, &team, &bob.email).await;
        let mut reader = match is_old {
            true => PageReader::open_in_an_old_browser(&api, &path).await,
            false => PageReader::open(&api, &path).await,
        };
        reader.send("/sign-in", &[("email", &bob.email), ("password", "not the one")]).await;
        reader.reads(403, &["do not belong together"]);
        sign_in(&mut reader, &bob.email).await;
        reader.reads(200, &["Signed in as", &bob.email]);
        // Reading it, however often, is no answer.
        reader.follow(&path).await;
        reader.reads(200, &["Accept"]);
        reader.send("/accept", &[]).await;
        reader.reads(200, &["You belong to Acme"]);
        assert_eq!(team.members(&alice).await.len(), members);
    }
}

#[tokio::test]
async fn the_token_in_a_cookie_may_run_out_before_the_answer() {
    let api = api().await;
    let ((alice, team), bob) = tokio::join!(team(&api), Person::verified(&api, "bob"));
    let path = invited(&alice, &team, &bob.email).await;
    let mut reader = PageReader::open(&api, &path).await;
    sign_in(&mut reader, &bob.email).await;
    reader.cookies.lose(ACCESS);
    reader.follow(&path).await;
    reader.reads(200, &["You were signed in here"]);
    reader.send("/continue", &[]).await;
    reader.reads(200, &["Signed in as"]);
    reader.cookies.lose(ACCESS);
    reader.send("/accept", &[]).await;
    reader.reads(200, &["You belong to Acme"]);
}

#[tokio::test]
async fn an_invitation_is_declined_on_its_page() {
    let api = api().await;
    let ((alice, team), bob) = tokio::join!(team(&api), Person::verified(&api, "bob"));
    let path = invited(&alice, &team, &bob.email).await;
    let mut reader = PageReader::open(&api, &path).await;
    sign_in(&mut reader, &bob.email).await;
    reader.send("/decline", &[]).await;
    reader.reads(200, &["You declined the invitation"]);
    reader.follow(&path).await;
    reader.reads(409, &["has been answered"]);
    assert_eq!(team.members(&alice).await.len(), 1);
}

#[tokio::test]
async fn whoever_is_signed_in_to_the_wrong_account_takes_another() {
    let api = api().await;
    let ((alice, team), bob, carol) =
        tokio::join!(team(&api), Person::verified(&api, "bob"), Person::verified(&api, "carol"));
    let path = invited(&alice, &team, &bob.email).await;
    let mut reader = PageReader::open(&api, &path).await;
    sign_in(&mut reader, &carol.email).await;
    reader.send("/accept", &[]).await;
    reader.reads(403, &["is for another address", "b***@example.com", &carol.email]);
    reader.send("/sign-out", &[]).await;
    reader.reads(200, &["I have an account"]);
    sign_in(&mut reader, &bob.email).await;
    reader.send("/accept", &[]).await;
    reader.reads(200, &["You belong to Acme"]);
    assert_eq!(carol.organizations().await.len(), 1);
}

#[tokio::test]
async fn a_shared_link_is_joined_with_an_account_made_for_it_once() {
    let api = api().await;
    let (alice, team) = team(&api).await;
    let path = format!("/join/{}", team.link(&alice, 1).await);
    let mut bob = PageReader::open(&api, &path).await;
    bob.reads(200, &["Join Acme"]);
    make_account(&mut bob, &new_address("bob")).await;
    bob.send("/join", &[]).await;
    bob.reads(200, &["You belong to Acme"]);
    PageReader::open(&api, &path).await.reads(410, &["This link is used up"]);
    assert_eq!(team.members(&alice).await.len(), 2);
}

#[tokio::test]
async fn what_is_over_says_so() {
    let api = api().await;
    let (alice, team) = team(&api).await;
    let made = alice.post(&team.path("/invitations"), json!({ "email": new_address("bob") })).await.expect(201);
    let path = format!("/invitations/{}", made["token"].as_str().unwrap());
    PageReader::open(&api, &path).await.reads(200, &["Join Acme"]);
    alice.delete(&team.path(&format!("/invitations/{}", made["id"].as_str().unwrap()))).await.expect(204);
    PageReader::open(&api, &path).await.reads(410, &["This invitation no longer counts", "It was withdrawn."]);

    let email = new_address("carol");
    let former = invited(&alice, &team, &email).await;
    alice.post(&team.path("/invitations"), json!({ "email": email })).await.expect(201);
    PageReader::open(&api, &former).await.reads(410, &["A newer invitation was sent in its place."]);

    let link = alice.post(&team.path("/invite-links"), json!({})).await.expect(201);
    let (id, path) = (link["id"].as_str().unwrap(), format!("/join/{}", link["token"].as_str().unwrap()));
    alice.put(&team.path(&format!("/invite-links/{id}")), json!({ "is_active": false })).await.expect(200);
    PageReader::open(&api, &path).await.reads(410, &["This link no longer counts", "turned off at the moment"]);
    let nothing = "A".repeat(43);
    for path in [format!("/invitations/{nothing}"), format!("/join/{nothing}"), "/join/x".to_owned()] {
        PageReader::open(&api, &path).await.reads(404, &["leads nowhere"]);
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail() {
    let api = api().await;
    let bob = Person::verified(&api, "bob").await;
    let mut reader = PageReader::open(&api, "/").await;
    sign_in(&mut reader, &bob.email).await;
    reader.reads(200, &["Signed in as", "Your organizations"]);
    reader.follow("/forgot-password").await;
    reader.send("/forgot-password", &[("email", &bob.email)]).await;
    reader.reads(200, &["Look into your mail"]);
    let secret = secret_mailed_to(&api, &bob.email, "reset-password?token=").await;
    reader.follow(&format!("/reset-password?token={secret}")).await;
    reader.send("/reset-password", &[("password", "short")]).await;
    reader.reads(400, &["at least 15 characters"]);
    reader.send("/reset-password", &[("password", NEW_PASSWORD)]).await;
    reader.reads(200, &["Your new password is set"]);
    reader.follow("/").await;
    reader.reads(200, &["Keep me signed in"]);
    reader.send("/sign-in", &[("email", &bob.email), ("password", NEW_PASSWORD)]).await;
    reader.reads(200, &["Signed in as"]);
}

#[tokio::test]
async fn an_address_is_changed_by_the_page_of_its_mail() {
    let api = api().await;
    let bob = Person::verified(&api, "bob").await;
    let new_email = new_address("robert");
    let change = json!({ "new_email": new_email, "current_password": PASSWORD });
    bob.post("/auth/email/change", change).await.expect(200);
    let secret = secret_mailed_to(&api, &new_email, "confirm-email?token=").await;
    let path = format!("/confirm-email?token={secret}");
    let mut reader = PageReader::open(&api, &path).await;
    reader.send("/confirm-email", &[]).await;
    reader.reads(200, &["Your address was changed"]);
    reader.follow(&path).await;
    reader.send("/confirm-email", &[]).await;
    reader.reads(400, &["This link no longer works"]);
}

#[tokio::test]
async fn every_link_in_every_mail_opens_a_page() {
    // Its own, for the shared mailbox keeps the latest mails of everybody.
    let product = Product::own(&[]).await;
    let api = product.api();
    let ((alice, team), bob) = tokio::join!(team(&api), Person::verified(&api, "bob"));
    invited(&alice, &team, &bob.email).await;
    bob.api.post("/auth/password/reset-request", &json!({ "email": bob.email })).await.expect(200);
    let new_email = new_address("robert");
    let change = json!({ "new_email": new_email, "current_password": PASSWORD });
    bob.post("/auth/email/change", change).await.expect(200);
    // Verification, invitation, reset, the notice of the change and the link to confirm it. A mail that has not left when the password
    // changes never does: its link leads nowhere any more.
    links_mailed(&api, 5, &[&bob.email, &new_email]).await;
    let changed = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    bob.post("/auth/password/change", changed).await.expect(200);
    let links = links_mailed(&api, 6, &[&bob.email, &new_email]).await;
    assert!(links.len() >= 10, "{links:?}");
    for link in links {
        PageReader::open(&api, &link).await.reads(200, &[]);
    }
}

/// The links in the mails to these addresses, once there are so many mails.
async fn links_mailed(api: &Api, mails: usize, addresses: &[&str]) -> Vec<String> {
    eventually("all the mails", async || {
        let kept = api.get("/dev/mail.json").await.expect(200);
        let is_ours = |mail: &&serde_json::Value| addresses.iter().any(|address| mail["to"] == *address);
        let ours: Vec<_> = kept.as_array().unwrap().iter().filter(is_ours).collect();
        let bodies = ours.iter().flat_map(|mail| ["text", "html"].map(|part| mail[part].as_str().unwrap()));
        (ours.len() >= mails).then(|| bodies.flat_map(links_in).collect())
    })
    .await
}

/// The paths behind the product's own address in a mail.
fn links_in(text: &str) -> Vec<String> {
    let own = "https://acceptance.test";
    let ends = |character: char| character.is_whitespace() || "\"<>,".contains(character);
    let text = text.replace("&#x2f;", "/");
    let links = text.split(own).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default().trim_end_matches('.'));
    links.map(|path| if path.is_empty() { "/".to_owned() } else { path.to_owned() }).collect()
}

#[tokio::test]
async fn an_app_may_have_pages_of_its_own_and_the_products_go_on_working() {
    let product = Product::own(&[
        ("GUILDHALL_INVITATION_PAGE", "https://shop.example/invite#{token}"),
        ("GUILDHALL_JOIN_PAGE", "https://shop.example/join/{token}?via=link"),
        ("GUILDHALL_APP_URL", "https://shop.example/start"),
        ("GUILDHALL_PRODUCT_NAME", "The Shop"),
    ])
    .await;
    let api = product.api();
    let ((alice, team), bob) = tokio::join!(team(&api), Person::verified(&api, "bob"));
    alice.post(&team.path("/invitations"), json!({ "email": bob.email })).await.expect(201);
    let secret = secret_mailed_to(&api, &bob.email, "https://shop.example/invite#").await;
    let link = alice.post(&team.path("/invite-links"), json!({})).await.expect(201);
    let (url, token) = (link["url"].as_str().unwrap(), link["token"].as_str().unwrap());
    assert_eq!(url, format!("https://shop.example/join/{token}?via=link"));
    PageReader::open(&api, &format!("/join/{token}")).await.reads(200, &["Join Acme"]);
    let mut reader = PageReader::open(&api, &format!("/invitations/{secret}")).await;
    sign_in(&mut reader, &bob.email).await;
    reader.send("/accept", &[]).await;
    reader.reads(200, &["You belong to Acme", "Continue to shop.example", "The Shop"]);
}

#[tokio::test]
async fn where_sign_up_is_closed_no_account_is_offered() {
    let product = Product::own(&[
        ("GUILDHALL_REGISTRATION", "closed"),
        ("GUILDHALL_ADMIN_EMAIL", "root@example.com"),
        ("GUILDHALL_ADMIN_PASSWORD", PASSWORD),
    ])
    .await;
    let api = product.api();
    let login = json!({ "email": "root@example.com", "password": PASSWORD });
    let root =
        Person::signed_in(&api, "root@example.com".to_owned(), &api.post("/auth/login", &login).await.expect(200));
    let team = Team::of(&root).await;
    let reader = PageReader::open(&api, &format!("/join/{}", team.link(&root, 1).await)).await;
    reader.reads(200, &["Sign in to answer"]);
    assert!(!reader.has_form("/sign-up"));
}
