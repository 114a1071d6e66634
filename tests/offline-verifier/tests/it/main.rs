//! The program as it is used: a file of keys, tokens on standard input, answers on standard output.

#![allow(
    clippy::disallowed_methods,
    reason = "the program under test reads the system's clock, so its tokens must too"
)]

mod issuer;
mod program;

use serde_json::json;

use issuer::Issuer;
use program::{run, verify};

#[test]
fn a_valid_token_is_described() {
    let issuer = Issuer::from_seed(7);
    let answers = verify(&issuer, &[issuer.token("shop", 300)]);
    assert_eq!(
        answers,
        [json!({
            "valid": true,
            "user_id": "0192f0c1-0000-7000-8000-000000000001",
            "organization_id": "0192f0c1-0000-7000-8000-000000000004",
            "organization_slug": "acme",
            "org_role": "member",
            "roles": ["seller"],
            "permissions": ["org:members:read"],
            "subscription": { "status": "active", "plan_code": "pro", "cancel_at_period_end": false },
        })]
    );
}

#[test]
fn forged_expired_and_foreign_tokens_are_refused_line_by_line() {
    let issuer = Issuer::from_seed(7);
    let tokens = [
        Issuer::from_seed(9).token("shop", 300),
        issuer.token("shop", -300),
        issuer.token("forum", 300),
        String::new(),
        "é".to_owned(),
        issuer.token("shop", 300),
    ];
    let answers = verify(&issuer, &tokens);
    let reasons: Vec<_> = answers.iter().map(|answer| answer["reason"].as_str().unwrap_or("valid")).collect();
    assert_eq!(reasons, ["TOKEN_INVALID", "TOKEN_EXPIRED", "TOKEN_INVALID", "TOKEN_INVALID", "TOKEN_INVALID", "valid"]);
    assert!(answers[..5].iter().all(|answer| answer["valid"] == false && answer["message"].is_string()));
}

#[test]
fn wrong_usage_ends_with_two_and_says_why() {
    let keys = program::key_file(&Issuer::from_seed(7).key_set());
    let empty = program::key_file(r#"{"keys":[]}"#);
    let keys = keys.path().to_str().unwrap();
    let empty = empty.path().to_str().unwrap();
    let usages: [&[&str]; 8] = [
        &[],
        &["--keys", keys],
        &["--keys", keys, "--issuer", issuer::URL],
        &["--keys", keys, "--issuer", "", "--audience", "shop"],
        &["--keys", "/nowhere", "--issuer", issuer::URL, "--audience", "shop"],
        &["--keys", empty, "--issuer", issuer::URL, "--audience", "shop"],
        &["--keys", keys, "--keys", keys],
        &["--verbose"],
    ];
    for usage in usages {
        let output = run(usage, b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{usage:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("Usage:"), "{usage:?}");
    }
}

#[test]
fn help_is_no_error() {
    let output = run(&["--help"], b"");
    assert!(output.status.success() && output.stdout.starts_with(b"Usage:"));
}
