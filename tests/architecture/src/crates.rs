//! Which crate may import which.

use crate::workspace::Package;

/// What one crate may ask for.
struct Rule {
    package: &'static str,
    /// The crates of this workspace that it may import; `None` allows all.
    ours: Option<&'static [&'static str]>,
    /// Crates from elsewhere that it must not import; a name stands for its family (`sea-orm`,
    /// `sea-orm-migration`).
    never: &'static [&'static str],
}

const DATABASE: &[&str] = &["sea-orm", "sqlx"];
const SERVICE: Option<&[&str]> = Some(&["access-policy", "contracts", "mail", "service-kit", "token-verification"]);

const RULES: &[Rule] = &[
    Rule { package: "contracts", ours: Some(&[]), never: &["sea-orm", "sqlx", "axum"] },
    // The traits of axum's extractors are in `axum-core`; the server is not for a library.
    Rule {
        package: "token-verification",
        ours: Some(&[]),
        never: &["sea-orm", "sqlx", "tonic", "prost", "axum-extra", "hyper"],
    },
    Rule { package: "access-policy", ours: Some(&[]), never: &["sea-orm", "sqlx", "axum", "tonic", "prost"] },
    Rule { package: "mail", ours: Some(&[]), never: &["sea-orm", "sqlx", "axum", "tonic", "prost"] },
    Rule {
        package: "revocation-feed",
        ours: Some(&["contracts", "token-verification"]),
        never: &["sea-orm", "sqlx", "axum"],
    },
    Rule { package: "service-kit", ours: Some(&["contracts", "token-verification"]), never: &["lettre"] },
    Rule { package: "identity", ours: SERVICE, never: &["axum"] },
    Rule { package: "organizations", ours: SERVICE, never: &["axum"] },
    Rule { package: "invitations", ours: SERVICE, never: &["axum"] },
    Rule { package: "billing-context", ours: SERVICE, never: &["axum"] },
    Rule {
        package: "gateway",
        ours: Some(&["contracts", "mail", "revocation-feed", "service-kit", "token-verification"]),
        never: DATABASE,
    },
    Rule { package: "guildhall", ours: None, never: &[] },
    Rule { package: "acceptance", ours: None, never: &[] },
    Rule { package: "bench", ours: Some(&["contracts", "organizations", "service-kit", "test-kit"]), never: &[] },
    Rule {
        package: "crossing",
        ours: Some(&[
            "access-policy",
            "billing-context",
            "contracts",
            "identity",
            "invitations",
            "mail",
            "organizations",
            "revocation-feed",
            "service-kit",
            "test-kit",
            "token-verification",
        ]),
        never: &[],
    },
    Rule { package: "architecture", ours: Some(&["contracts"]), never: DATABASE },
    Rule { package: "orders", ours: Some(&["token-verification"]), never: &["sea-orm", "sqlx", "tonic"] },
    Rule { package: "token-bench", ours: Some(&["token-verification"]), never: &["sea-orm", "sqlx", "tonic"] },
    Rule { package: "offline-verifier", ours: Some(&["token-verification"]), never: &["sea-orm", "sqlx", "tonic"] },
    Rule { package: "fake-stripe", ours: Some(&["service-kit"]), never: DATABASE },
    Rule {
        package: "feed-bench",
        ours: Some(&["revocation-feed", "service-kit", "token-verification"]),
        never: &["sea-orm", "sqlx", "tonic"],
    },
    Rule { package: "test-kit", ours: Some(&["contracts", "service-kit", "token-verification"]), never: &[] },
];

/// What tests may import beside the crate under test and what it imports itself.
const FOR_TESTS: &[&str] = &["contracts", "fake-stripe", "test-kit"];

/// One sentence for each import that the rules do not allow, and for each crate without a rule.
pub fn violations(packages: &[Package]) -> Vec<String> {
    let ours: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    packages.iter().flat_map(|package| violations_of(package, &ours)).collect()
}

fn violations_of(package: &Package, ours: &[&str]) -> Vec<String> {
    let name = &package.name;
    let Some(rule) = RULES.iter().find(|rule| rule.package == name) else {
        return vec![format!("{name} has no rule: add one to tests/architecture/src/crates.rs")];
    };
    let mut violations = Vec::new();
    for dependency in &package.dependencies {
        let wanted = dependency.name.as_str();
        let is_free = dependency.is_for_tests && FOR_TESTS.contains(&wanted);
        let is_allowed = rule.ours.is_none_or(|allowed| allowed.contains(&wanted)) || is_free;
        if ours.contains(&wanted) && !is_allowed {
            violations.push(format!("{name} must not import {wanted}"));
        }
        if !dependency.is_for_tests && rule.never.iter().any(|family| is_of_family(wanted, family)) {
            violations.push(format!("{name} must not import {wanted}"));
        }
    }
    violations
}

fn is_of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
