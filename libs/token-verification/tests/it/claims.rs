//! What the claims say, and claims that are refused although the signature is right.

use serde_json::{Value, json};
use token_verification::{Claims, OrgRole, VerifyError};

use crate::issuer::{Issuer, NOW, claims, claims_with, claims_without, header};

fn refusal_of(claims: &Value) -> VerifyError {
    let issuer = Issuer::new();
    issuer.verifier().verify(&issuer.sign_claims(claims)).expect_err(&claims.to_string())
}

#[test]
fn a_valid_token_tells_who_calls() {
    let issuer = Issuer::new();
    let caller = issuer.verifier().verify(&issuer.token()).unwrap();

    assert_eq!(caller.user_id.to_string(), "0192f0c1-0000-7000-8000-000000000001");
    assert_eq!(caller.session_id.to_string(), "0192f0c1-0000-7000-8000-000000000002");
    assert_eq!(caller.token_id.to_string(), "0192f0c1-0000-7000-8000-000000000003");
    assert_eq!((caller.email.as_str(), caller.email_verified), ("bob@example.com", true));
    let organization = caller.organization.as_ref().unwrap();
    assert_eq!((organization.slug.as_str(), organization.name.as_str()), ("acme", "Acme"));
    assert_eq!((organization.is_personal, organization.role), (false, OrgRole::Member));
    assert_eq!(caller.subscription.as_ref().unwrap().plan_code.as_deref(), Some("pro"));
    assert_eq!((caller.issued_at, caller.expires_at), (NOW - 10, NOW + 290));
    assert_eq!((caller.asof.i, caller.asof.o, caller.asof.b, caller.asof.e.as_str()), (3, 5, 8, "first"));
    assert_eq!((caller.app_code.as_str(), caller.impersonated_by), ("shop", None));
    assert!(caller.has_role("seller") && !caller.has_role("owner"));
}

#[test]
fn a_permission_is_held_by_its_exact_code_only() {
    let issuer = Issuer::new();
    let caller = issuer.verifier().verify(&issuer.token()).unwrap();

    assert_eq!(caller.require("org:members:remove"), Ok(()));
    for code in ["org:members", "org:members:remove2", "ORG:MEMBERS:REMOVE", "*", ""] {
        let missing = caller.require(code).unwrap_err();
        assert_eq!(missing.required_permission, code);
        assert_eq!(missing.held_roles, ["org_manager", "seller"]);
    }
}

#[test]
fn what_is_minted_from_the_claims_struct_has_the_documented_names() {
    let minted: Claims = serde_json::from_value(claims()).unwrap();
    assert_eq!(serde_json::to_value(&minted).unwrap(), claims());

    let issuer = Issuer::new();
    assert!(issuer.verifier().verify(&issuer.sign_claims(&serde_json::to_value(&minted).unwrap())).is_ok());
}

#[test]
fn claims_that_a_later_version_adds_are_tolerated() {
    let issuer = Issuer::new();
    let mut later = claims_with("later", json!({ "deep": [1, 2.5, null, "x", true, -3, { "a": { "a": 1 } }] }));
    later["asof"]["later"] = json!([{ "a": 1 }, { "a": 1 }]);
    for number in 0..100 {
        later[format!("later{number}")] = json!(null);
    }
    assert!(issuer.verifier().verify(&issuer.sign_claims(&later)).is_ok());
}

#[test]
fn an_impersonated_token_names_the_administrator() {
    let issuer = Issuer::new();
    let token = issuer.sign_claims(&claims_with("imp_uid", json!("0192f0c1-0000-7000-8000-000000000009")));
    let caller = issuer.verifier().verify(&token).unwrap();
    assert_eq!(caller.impersonated_by.unwrap().to_string(), "0192f0c1-0000-7000-8000-000000000009");
}

#[test]
fn an_unknown_subscription_and_no_organization_are_absent_not_invented() {
    let issuer = Issuer::new();
    let mut bare = claims_without("subscription");
    for name in ["active_org_id", "org_slug", "org_name", "is_personal_org", "org_role"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    let caller = issuer.verifier().verify(&issuer.sign_claims(&bare)).unwrap();
    assert_eq!((caller.subscription, caller.organization), (None, None));
}

#[test]
fn an_organization_told_by_halves_is_refused() {
    for name in ["active_org_id", "org_slug", "org_name", "is_personal_org", "org_role"] {
        assert_eq!(refusal_of(&claims_without(name)), VerifyError::ContradictoryClaims);
    }
}

#[test]
fn each_required_claim_is_required() {
    let required = [
        "iss",
        "aud",
        "sub",
        "sid",
        "jti",
        "iat",
        "exp",
        "uid",
        "email",
        "email_verified",
        "roles",
        "permissions",
        "app_code",
        "token_type",
        "asof",
    ];
    for name in required {
        assert_eq!(refusal_of(&claims_without(name)), VerifyError::ClaimsRefused, "{name}");
    }
}

#[test]
fn wrongly_typed_claims_are_refused() {
    for name in claims().as_object().unwrap().keys() {
        for value in [json!(null), json!(1.5), json!([[]]), json!({ "a": 1 }), json!([])] {
            if matches!(name.as_str(), "roles" | "permissions") && value == json!([]) {
                continue;
            }
            assert_eq!(refusal_of(&claims_with(name, value.clone())), VerifyError::ClaimsRefused, "{name} = {value}");
        }
    }
    let spelled = [
        ("exp", json!((NOW + 290).to_string())),
        ("iat", json!(-1.0e300)),
        ("nbf", json!("0")),
        ("nbf", json!(null)),
        ("imp_uid", json!(null)),
        ("sub", json!(1)),
        ("sid", json!("not-a-uuid")),
        ("email_verified", json!("true")),
        ("is_personal_org", json!(0)),
        ("org_role", json!("OWNER")),
        ("org_role", json!("admin")),
        ("roles", json!("seller")),
        ("permissions", json!([1])),
        ("asof", json!([3, 5, 8, "first"])),
        ("subscription", json!(["active", "pro", "Pro", "2027-02-01T00:00:00Z", false])),
    ];
    for (name, value) in spelled {
        assert_eq!(refusal_of(&claims_with(name, value.clone())), VerifyError::ClaimsRefused, "{name} = {value}");
    }
}

#[test]
fn a_payload_that_is_no_object_is_refused() {
    let issuer = Issuer::new();
    let deep = "[".repeat(4000);
    for payload in ["", "null", "[]", "\"x\"", "{", "{}{}", deep.as_str(), "\u{feff}{}"] {
        let token = issuer.sign(&header().to_string(), payload);
        assert_eq!(issuer.verifier().verify(&token), Err(VerifyError::ClaimsRefused), "{payload:.20}");
    }
}

#[test]
fn doubled_claims_are_refused_at_any_depth() {
    let issuer = Issuer::new();
    let text = claims().to_string();
    let many: String = (0..100).map(|number| format!(r#""later{number}":1,"#)).collect();
    let doubled = [
        text.replacen('{', r#"{"exp":1900000000,"#, 1),
        text.replacen('{', r#"{"sub":"0192f0c1-0000-7000-8000-000000000001","#, 1),
        text.replacen('{', r#"{"s\u0075b":"0192f0c1-0000-7000-8000-000000000001","#, 1),
        text.replacen('{', r#"{"later":1,"later":1,"#, 1),
        text.replacen('{', r#"{"later":[{"a":1,"a":2}],"#, 1),
        text.replacen(r#""asof":{"#, r#""asof":{"i":3,"#, 1),
        text.replacen(r#""asof":{"#, r#""asof":{"later":3,"l\u0061ter":3,"#, 1),
        text.replacen(r#""subscription":{"#, r#""subscription":{"later":{"a":[{"b":1,"b":1}]},"#, 1),
        text.replacen('{', &format!("{{{}", many.repeat(2)), 1),
    ];
    for payload in doubled {
        let token = issuer.sign(&header().to_string(), &payload);
        assert_eq!(issuer.verifier().verify(&token), Err(VerifyError::ClaimsRefused), "{payload:.60}");
    }
}

#[test]
fn another_issuer_audience_or_kind_of_token_is_refused() {
    assert_eq!(refusal_of(&claims_with("iss", json!("https://evil.example.com"))), VerifyError::WrongIssuer);
    assert_eq!(refusal_of(&claims_with("iss", json!("https://accounts.example.com/"))), VerifyError::WrongIssuer);
    assert_eq!(refusal_of(&claims_with("aud", json!("forum"))), VerifyError::WrongAudience);
    assert_eq!(refusal_of(&claims_with("aud", json!("shop "))), VerifyError::WrongAudience);
    assert_eq!(refusal_of(&claims_with("aud", json!(["shop"]))), VerifyError::ClaimsRefused);
    for kind in ["refresh", "Access", ""] {
        assert_eq!(refusal_of(&claims_with("token_type", json!(kind))), VerifyError::WrongTokenType);
    }
}

#[test]
fn claims_that_contradict_each_other_are_refused() {
    let other = json!("0192f0c1-0000-7000-8000-00000000000f");
    assert_eq!(refusal_of(&claims_with("uid", other)), VerifyError::ContradictoryClaims);
    assert_eq!(refusal_of(&claims_with("app_code", json!("forum"))), VerifyError::ContradictoryClaims);
}
