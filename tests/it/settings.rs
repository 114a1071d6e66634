//! Settings that cannot be used are told, and secrets are not.

use std::net::TcpListener;

use serde_json::json;

use crate::harness::{
    Ending, PASSWORD, PageReader, Person, Product, SERVICE_SECRET, Team, run_to_its_end, secret_mailed_to,
};

async fn dev(settings: &[(&str, &str)]) -> Ending {
    let loopback = [
        ("GUILDHALL_HTTP_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_GRPC_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_OPS_LISTEN", "127.0.0.1:0"),
    ];
    run_to_its_end(&["dev", "--stop-with-stdin"], &[&loopback, settings].concat()).await
}

#[track_caller]
fn refused(ending: &Ending, words: &[&str]) {
    assert_eq!(ending.code, Some(2), "{}", ending.said);
    for word in words {
        assert!(ending.said.contains(word), "{word} is missing: {}", ending.said);
    }
}

#[tokio::test]
async fn an_unknown_setting_is_refused_with_the_one_that_was_meant() {
    let ending = dev(&[("GUILDHALL_HTPP_LISTEN", "127.0.0.1:0")]).await;
    refused(&ending, &["GUILDHALL_HTPP_LISTEN", "did you mean GUILDHALL_HTTP_LISTEN"]);
}

#[tokio::test]
async fn an_unknown_setting_in_a_file_is_refused_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guildhall.toml");
    std::fs::write(&file, "public_urll = \"http://localhost\"\n").unwrap();
    let ending = run_to_its_end(&["dev", "--config", file.to_str().unwrap()], &[]).await;
    refused(&ending, &["GUILDHALL_PUBLIC_URLL", "did you mean GUILDHALL_PUBLIC_URL"]);
}

#[tokio::test]
async fn a_variable_names_the_file_where_no_option_does() {
    let folder = tempfile::tempdir().unwrap();
    let [named, other] = ["named.toml", "other.toml"].map(|name| folder.path().join(name));
    std::fs::write(&named, "product_name = \"Acme\"\n").unwrap();
    std::fs::write(&other, "product_name = \"Umbrella\"\n").unwrap();
    let variable = [("GUILDHALL_CONFIG", named.to_str().unwrap())];
    let print = ["config", "print"];
    let by_variable = run_to_its_end(&print, &variable).await.said;
    assert!(by_variable.contains("Acme") && by_variable.contains("named.toml"), "{by_variable}");
    assert!(!by_variable.contains("GUILDHALL_CONFIG"), "it is no setting: {by_variable}");
    let by_option = [print.as_slice(), &["--config", other.to_str().unwrap()]].concat();
    let by_option = run_to_its_end(&by_option, &variable).await.said;
    assert!(by_option.contains("Umbrella") && !by_option.contains("Acme"), "{by_option}");
    let by_none = run_to_its_end(&print, &[("GUILDHALL_CONFIG", "")]).await.said;
    assert!(by_none.contains("Guildhall") && !by_none.contains("Acme"), "{by_none}");
}

#[tokio::test]
async fn the_mailbox_is_for_development_alone() {
    let settings = [
        ("GUILDHALL_HTTP_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_GRPC_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_OPS_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_MAIL", "mailbox"),
    ];
    refused(&run_to_its_end(&["serve", "all"], &settings).await, &["GUILDHALL_MAIL"]);
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for setting in ["GUILDHALL_HTTP_LISTEN", "GUILDHALL_GRPC_LISTEN", "GUILDHALL_OPS_LISTEN"] {
        refused(&dev(&[(setting, &address)]).await, &[setting, &address]);
    }
}

#[tokio::test]
async fn development_listens_on_loopback_only() {
    for setting in ["GUILDHALL_HTTP_LISTEN", "GUILDHALL_GRPC_LISTEN", "GUILDHALL_OPS_LISTEN"] {
        refused(&dev(&[(setting, "0.0.0.0:0")]).await, &[setting, "loopback"]);
    }
}

#[tokio::test]
async fn settings_of_sign_ins_that_cannot_be_used_are_refused() {
    for (setting, value, words) in [
        ("GUILDHALL_PASSWORD_MIN_LENGTH", "7", "8 to 64"),
        ("GUILDHALL_PASSWORD_MEMORY_KIB", "1", "must be 8"),
        ("GUILDHALL_PASSWORD_PASSES", "0", "1 to 20"),
        ("GUILDHALL_PASSWORD_MEMORY_BUDGET_MIB", "1", "room for one hash"),
        ("GUILDHALL_TRUSTED_PROXIES", "10.0.0.0/99", "10.0.0.0/8"),
        ("GUILDHALL_RATE_LIMITS", "maybe", "on or off"),
        ("GUILDHALL_REGISTRATION", "by_invitation", "invite_only"),
        ("GUILDHALL_ENUMERATION", "on", "friendly or strict"),
    ] {
        refused(&dev(&[(setting, value)]).await, &[setting, words]);
    }
}

#[tokio::test]
async fn a_page_that_people_cannot_be_sent_to_is_refused_by_its_setting() {
    for (setting, value, words) in [
        ("GUILDHALL_INVITATION_PAGE", "https://app.example/invite", "must hold {token}"),
        ("GUILDHALL_JOIN_PAGE", "http://app.example/{token}", "https://"),
        ("GUILDHALL_APP_URL", "app.example", "whole web address"),
        ("GUILDHALL_PRODUCT_NAME", "\u{200b}", "60 characters"),
    ] {
        refused(&dev(&[(setting, value)]).await, &[setting, words]);
    }
}

#[tokio::test]
async fn what_only_tests_may_do_is_refused_where_people_rely_on_the_product() {
    for (setting, value) in [("GUILDHALL_FAIL_POINT", "AddMember/commit:abort"), ("GUILDHALL_CLOCK_AHEAD_SECONDS", "1")]
    {
        refused(&run_to_its_end(&["serve", "all"], &[(setting, value)]).await, &[setting, "for dev alone"]);
    }
    refused(&dev(&[("GUILDHALL_FAIL_POINT", "AddMember")]).await, &["GUILDHALL_FAIL_POINT", ":abort"]);
}

#[tokio::test]
async fn a_session_that_cannot_live_is_refused_by_its_setting() {
    for (settings, words) in [
        (vec![("GUILDHALL_SESSION_DAYS", "0")], ["GUILDHALL_SESSION_DAYS", "1 to 400"]),
        (vec![("GUILDHALL_SESSION_REMEMBERED_DAYS", "401")], ["GUILDHALL_SESSION_REMEMBERED_DAYS", "1 to 400"]),
        (vec![("GUILDHALL_SESSION_IDLE_DAYS", "0")], ["GUILDHALL_SESSION_IDLE_DAYS", "1 to 400"]),
        (
            vec![("GUILDHALL_SESSION_IDLE_DAYS", "3"), ("GUILDHALL_SESSION_DAYS", "2")],
            ["GUILDHALL_SESSION_DAYS", "fewer days"],
        ),
    ] {
        refused(&dev(&settings).await, &words);
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_used_is_told_by_its_setting_and_not_repeated() {
    let secret = "hunter2-is-no-secret";
    let url = format!("postgres://guildhall:{secret}@127.0.0.1:1/name");
    let nobody_answers = format!("postgres://guildhall:{secret}@127.0.0.1:1");
    let smtp = format!("smpt://mailer:{secret}@127.0.0.1:1");
    for (setting, value) in [
        ("GUILDHALL_SERVICE_SECRETS", secret),
        ("GUILDHALL_ENCRYPTION_KEY", secret),
        ("GUILDHALL_DATABASE_URL", url.as_str()),
        ("GUILDHALL_DATABASE_URL", nobody_answers.as_str()),
        ("GUILDHALL_MAIL", smtp.as_str()),
    ] {
        let ending = dev(&[(setting, value)]).await;
        refused(&ending, &[setting]);
        assert!(!ending.said.contains(secret), "{}", ending.said);
    }
}

#[tokio::test]
async fn no_secret_is_logged_even_where_everything_is() {
    let mut product = Product::own(&[("GUILDHALL_LOG", "trace")]).await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let mailed = secret_mailed_to(&api, &alice.email, "verify-email?token=").await;
    let team = Team::of(&alice).await;
    let link = team.link(&alice, 2).await;
    bob.post_bare(&format!("/invite-links/{link}/join")).await.expect(200);
    let body = json!({ "email": "friend@example.com" });
    let invited = alice.post(&team.path("/invitations"), body).await.expect(201);
    let mailed_page = format!("/invitations/{}", invited["token"].as_str().unwrap());
    for page in [mailed_page, format!("/join/{link}"), format!("/verify-email?token={mailed}")] {
        let mut reader = PageReader::open(&api, &page).await;
        if reader.has_form("/sign-in") {
            reader.send("/sign-in", &[("email", &alice.email), ("password", PASSWORD)]).await;
        }
    }
    product.stop().await;

    let log = product.log();
    assert!(log.len() > 1000, "a log of everything is long: {log}");
    let invited = invited["token"].as_str().unwrap();
    let signature = alice.access_token.rsplit('.').next().unwrap();
    for secret in [PASSWORD, SERVICE_SECRET, &mailed, &link, invited, &alice.refresh_token, signature] {
        assert!(!log.contains(secret), "a secret is in the log: …{secret}");
    }
}

#[tokio::test]
async fn a_setting_that_is_given_itself_and_by_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secrets");
    std::fs::write(&file, SERVICE_SECRET).unwrap();
    let by_file = ("GUILDHALL_SERVICE_SECRETS_FILE", file.to_str().unwrap());
    let ending = dev(&[by_file, ("GUILDHALL_SERVICE_SECRETS", SERVICE_SECRET)]).await;
    refused(&ending, &["GUILDHALL_SERVICE_SECRETS_FILE", "GUILDHALL_SERVICE_SECRETS are both set"]);
    assert!(!ending.said.contains(SERVICE_SECRET), "{}", ending.said);
}

#[tokio::test]
async fn stripe_without_a_secret_for_its_webhooks_is_refused() {
    let key = ("GUILDHALL_STRIPE_SECRET_KEY", "sk_test_1");
    refused(&dev(&[key]).await, &["GUILDHALL_STRIPE_WEBHOOK_SECRET"]);
    for secrets in ["", ",", "whsec_one,"] {
        let ending = dev(&[key, ("GUILDHALL_STRIPE_WEBHOOK_SECRET", secrets)]).await;
        refused(&ending, &["GUILDHALL_STRIPE_WEBHOOK_SECRET"]);
        assert!(!ending.said.contains("whsec_one"), "{}", ending.said);
    }
}

#[tokio::test]
async fn settings_of_stripe_that_cannot_be_used_are_told_and_the_key_is_not() {
    let secret = ("GUILDHALL_STRIPE_WEBHOOK_SECRET", "whsec_1");
    let key = ("GUILDHALL_STRIPE_SECRET_KEY", "sk_test_1");
    refused(&dev(&[secret]).await, &["GUILDHALL_STRIPE_SECRET_KEY"]);
    let ending = dev(&[secret, ("GUILDHALL_STRIPE_SECRET_KEY", "pk_live_secret")]).await;
    refused(&ending, &["GUILDHALL_STRIPE_SECRET_KEY"]);
    assert!(!ending.said.contains("pk_live_secret"), "{}", ending.said);
    let plain = ("GUILDHALL_STRIPE_API_BASE", "http://stripe.example");
    refused(&dev(&[key, secret, plain]).await, &["GUILDHALL_STRIPE_API_BASE"]);
    let old = ("GUILDHALL_STRIPE_API_VERSION", "2024-06-20");
    refused(&dev(&[key, secret, old]).await, &["GUILDHALL_STRIPE_API_VERSION"]);
    let typo = ("GUILDHALL_STRIPE_WEBHOK_SECRET", "whsec_1");
    refused(&dev(&[key, secret, typo]).await, &["did you mean GUILDHALL_STRIPE_WEBHOOK_SECRET"]);
}
