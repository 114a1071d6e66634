use architecture::crates::violations;
use architecture::workspace::{packages, packages_in};
use serde_json::json;

/// What the rules say about a workspace in which this crate wants that one.
fn when(package: &str, wants: &str, kind: Option<&str>) -> Vec<String> {
    let ours = ["identity", "organizations", "contracts", "gateway", "test-kit", "access-policy", "service-kit"];
    let others =
        ours.into_iter().filter(|name| *name != package).map(|name| json!({ "name": name, "dependencies": [] }));
    let judged = json!({ "name": package, "dependencies": [{ "name": wants, "kind": kind }] });
    let metadata = json!({ "packages": others.chain([judged]).collect::<Vec<_>>() });
    violations(&packages_in(&metadata).unwrap())
}

#[test]
fn every_crate_imports_what_it_may() {
    super::none(violations(&packages().expect("cargo describes the workspace")));
}

#[test]
fn a_service_must_not_import_another() {
    assert_eq!(when("identity", "organizations", None), ["identity must not import organizations"]);
    assert_eq!(when("identity", "organizations", Some("build")), ["identity must not import organizations"]);
    assert_eq!(when("identity", "organizations", Some("dev")), ["identity must not import organizations"]);
    super::none(when("identity", "service-kit", None));
}

#[test]
fn tests_may_import_the_test_kit_and_services_must_not() {
    super::none(when("identity", "test-kit", Some("dev")));
    assert_eq!(when("identity", "test-kit", None), ["identity must not import test-kit"]);
}

#[test]
fn the_gateway_must_not_import_a_database_or_the_policy() {
    assert_eq!(when("gateway", "sea-orm", None), ["gateway must not import sea-orm"]);
    assert_eq!(when("gateway", "sea-orm-migration", None), ["gateway must not import sea-orm-migration"]);
    assert_eq!(when("gateway", "access-policy", None), ["gateway must not import access-policy"]);
}

#[test]
fn the_chassis_must_not_import_the_policy_and_the_contracts_nothing_of_ours() {
    assert_eq!(when("service-kit", "access-policy", None), ["service-kit must not import access-policy"]);
    assert_eq!(when("contracts", "service-kit", None), ["contracts must not import service-kit"]);
}

#[test]
fn a_crate_without_a_rule_is_refused() {
    let violations = when("newcomer", "serde", None);
    assert!(violations[0].starts_with("newcomer has no rule"), "{violations:?}");
}
