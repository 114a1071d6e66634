//! What somebody who runs the product asks and does at the command line.

use serde_json::{Value, json};
use test_kit::{Authority, put};

use crate::harness::{Person, Product, SERVICE_SECRET, ended, json_lines, refused_at_once, run_to_its_end};

#[tokio::test]
async fn settings_are_printed_with_their_origin_and_secrets_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let (file, secret) = (folder.path().join("guildhall.toml"), folder.path().join("secret"));
    std::fs::write(&file, "product_name = \"Acme\"\nhtpp_listen = \"x\"\n").unwrap();
    std::fs::write(&secret, format!("{SERVICE_SECRET}\n")).unwrap();
    let settings = [
        ("GUILDHALL_SERVICE_SECRETS_FILE", secret.to_str().unwrap()),
        ("GUILDHALL_DATABASE_URL", "postgres://guildhall:hunter2@db.example"),
        ("GUILDHALL_APPS", "shop"),
    ];
    let arguments = ["config", "print", "--output", "json", "--config", file.to_str().unwrap()];
    let printed = run_to_its_end(&arguments, &settings).await;
    let said = ended(&printed, 0);
    let lines = json_lines(said);
    let line =
        |name: &str| lines.iter().find(|line| line["setting"] == name).unwrap_or_else(|| panic!("{name}: {said}"));
    for (name, value, origin) in [
        ("GUILDHALL_PRODUCT_NAME", json!("Acme"), file.to_str().unwrap()),
        ("GUILDHALL_APPS", json!("shop"), "GUILDHALL_APPS"),
        ("GUILDHALL_SERVICE_SECRETS", Value::Null, secret.to_str().unwrap()),
        ("GUILDHALL_DATABASE_URL", Value::Null, "GUILDHALL_DATABASE_URL"),
        ("GUILDHALL_LOG", json!("info"), "default"),
        ("GUILDHALL_HTPP_LISTEN", Value::Null, "unknown setting"),
    ] {
        assert_eq!((&line(name)["value"], &line(name)["origin"]), (&value, &json!(origin)), "{name}");
    }
    for secret in [SERVICE_SECRET, "hunter2"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[tokio::test]
async fn settings_are_checked_for_what_is_to_be_served() {
    let product = Product::shared().await;
    ended(&product.operate(&["config", "check"]).await, 0);
    let missing = product.operate(&["config", "check", "gateway"]).await;
    assert!(ended(&missing, 2).contains("GUILDHALL_UPSTREAM_IDENTITY"), "{}", missing.said);
    let bare = run_to_its_end(&["config", "check"], &[]).await;
    assert!(ended(&bare, 2).contains("GUILDHALL_PUBLIC_URL is not set"), "{}", bare.said);
    let production = [
        ("GUILDHALL_PUBLIC_URL", "https://accounts.example.com"),
        ("GUILDHALL_ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("GUILDHALL_MAIL", "smtp://127.0.0.1:25"),
        ("GUILDHALL_MAIL_FROM", "no-reply@example.com"),
    ];
    ended(&run_to_its_end(&["config", "check"], &production).await, 0);
    ended(&run_to_its_end(&["config", "check", "organizations"], &production[..2]).await, 2);
    for (setting, value) in [
        ("GUILDHALL_MAIL", ""),
        ("GUILDHALL_MAIL", "smtp://user:swordfish@127.0.0.1:25?tls=none"),
        ("GUILDHALL_LOG", "organizations=lots"),
        ("GUILDHALL_MAIL_TEMPLATES", "/nowhere/swordfish"),
        ("GUILDHALL_DATABASE_URL", "postgres://guildhall:sword#fish@postgres:5432/"),
        ("GUILDHALL_DATABASE_URL", "postgres://guildhall:swordfish@postgres:port"),
        ("GUILDHALL_MIGRATE_DATABASE_URL", "postgres://guildhall:swordfish@postgres:port"),
    ] {
        let unusable = run_to_its_end(&["config", "check"], &[&production[..], &[(setting, value)]].concat()).await;
        assert!(ended(&unusable, 2).contains(setting), "{value}: {}", unusable.said);
        for secret in ["swordfish@", "sword#fish"] {
            assert!(!unusable.said.contains(secret), "{}", unusable.said);
        }
    }
}

#[tokio::test]
async fn the_doctor_says_of_each_thing_whether_it_works_and_what_to_do() {
    let product = Product::shared().await;
    let healthy = product.operate(&["doctor", "--output", "json"]).await;
    let lines = json_lines(ended(&healthy, 0));
    assert!(lines.len() >= 7 && lines.iter().all(|line| line["outcome"] != "fail"), "{}", healthy.said);
    let outcomes = |said: &str| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        json_lines(said).iter().map(|line| (text(&line["check"]), text(&line["outcome"]))).collect()
    };
    for (settings, check) in [
        ([("GUILDHALL_MAIL", "smtp://127.0.0.1:1"), ("GUILDHALL_MAIL_FROM", "a@example.com")], "mail server"),
        ([("GUILDHALL_UPSTREAM_IDENTITY", "http://127.0.0.1:1"), ("GUILDHALL_LOG", "info")], "upstream identity"),
        (
            [("GUILDHALL_ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), ("GUILDHALL_LOG", "info")],
            "signing keys",
        ),
    ] {
        let ill = product.operate_with(&["doctor", "--output", "json"], &settings).await;
        let failed: Vec<_> = outcomes(ended(&ill, 1)).into_iter().filter(|(_, outcome)| outcome == "fail").collect();
        assert_eq!(failed, [(check.to_owned(), "fail".to_owned())], "{}", ill.said);
    }
    let grpc = product.grpc_of("identity");
    let upstream = [("GUILDHALL_UPSTREAM_IDENTITY", grpc.as_str())];
    let reached = product.operate_with(&["doctor", "--output", "json"], &upstream).await;
    assert!(
        outcomes(ended(&reached, 0)).contains(&("upstream identity".to_owned(), "ok".to_owned())),
        "{}",
        reached.said
    );
    // Whoever names an authority means to be told when a call is protected by nothing.
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("ca.crt");
    put(&authority, &Authority::new().pem());
    let beside_tls = [upstream[0], ("GUILDHALL_UPSTREAM_CA_PATH", authority.to_str().unwrap())];
    let plain = product.operate_with(&["doctor", "--output", "json"], &beside_tls).await;
    assert!(ended(&plain, 0).contains("plain text although GUILDHALL_UPSTREAM_CA_PATH is set"), "{}", plain.said);
    assert!(outcomes(&plain.said).contains(&("upstream identity".to_owned(), "warn".to_owned())), "{}", plain.said);
}

#[tokio::test]
async fn somebody_signed_out_at_the_command_line_is_out_within_a_second_and_the_log_says_by_whom() {
    let product = Product::own(&[]).await;
    let api = product.api();
    let (alice, bob) = tokio::join!(Person::verified(&api, "alice"), Person::registered(&api, "bob"));
    let shown =
        json_lines(ended(&product.operate(&["user", "show", &alice.email, "--output", "json"]).await, 0)).remove(0);
    assert_eq!((&shown["id"], &shown["status"]), (&json!(alice.user_id), &json!("active")), "{shown}");
    let sessions = product.operate(&["user", "sessions", &alice.user_id, "--output", "json"]).await;
    assert_eq!(json_lines(ended(&sessions, 0)).len(), 1, "{}", sessions.said);

    ended(&product.operate(&["user", "sign-out", &alice.email, "--reason", "a lost laptop"]).await, 0);
    refused_at_once(&product, &alice, "TOKEN_REVOKED").await;
    bob.get("/auth/session").await.expect(200);
    let refresh = json!({ "refresh_token": alice.refresh_token });
    assert_eq!(api.post("/auth/refresh", &refresh).await.status, 401);
    assert_eq!(ended(&product.operate(&["user", "sessions", &alice.email]).await, 0), "");

    let arguments = ["audit", "tail", "--output", "json", "--action", "user.sessions_revoked", "--actor", "operator"];
    let entry = json_lines(ended(&product.operate(&arguments).await, 0)).pop().expect("an entry");
    assert_eq!((&entry["target_id"], &entry["reason"]), (&json!(alice.user_id), &json!("a lost laptop")), "{entry}");
    assert!(entry["user_agent"].as_str().unwrap().starts_with("cli:"), "{entry}");
    let exported = json_lines(ended(&product.operate(&["audit", "export", "--output", "json"]).await, 0));
    assert!(exported.contains(&entry) && exported.len() > 1, "{exported:?}");
    let one = json_lines(ended(&product.operate(&["audit", "tail", "-n", "1", "--output", "json"]).await, 0));
    assert_eq!(one.len(), 1);

    for verb in ["show", "sessions", "sign-out"] {
        for nobody in ["nobody@example.com", "01890000-0000-7000-8000-000000000000", "no address"] {
            ended(&product.operate(&["user", verb, nobody]).await, 3);
        }
    }
    ended(&product.operate(&["audit", "tail", "--since", "yesterday"]).await, 2);
}

#[tokio::test]
async fn every_list_of_an_operator_is_one_object_a_line() {
    let product = Product::shared().await;
    product.server_key().await;
    for (arguments, field) in [
        (&["keys", "list"][..], "key_id"),
        (&["api-keys", "list"], "name"),
        (&["migrate", "status"], "applied"),
        (&["billing", "verify"], "report"),
    ] {
        let ending = product.operate(&[arguments, &["--output", "json"]].concat()).await;
        let said = ended(&ending, 0);
        let lines = json_lines(said);
        assert!(!lines.is_empty() && lines.len() == said.lines().count(), "{arguments:?}: {said}");
        assert!(lines.iter().all(|line| !line[field].is_null()), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn a_command_whose_output_cannot_be_written_ends_with_a_failure() {
    let product = Product::shared().await;
    let alice = Person::registered(&product.api(), "alice").await;
    let commands: [&[&str]; 3] = [
        &["api-keys", "create", "--quiet", "--name", "lost", "--scope", "billing:read"],
        &["audit", "export"],
        &["user", "export", &alice.email],
    ];
    for arguments in commands {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = product.command(arguments).stdout(full).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}: {said}");
        assert_eq!(said.matches("the output cannot be written").count(), 1, "{arguments:?}: {said}");

        // Whoever reads no more has read enough.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = product.command(arguments).stdout(writer).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
