use std::collections::BTreeSet;

use architecture::service_graph::{Edge, clients, cycle, edges};
use architecture::source::SourceFile;

/// Who calls whom. A new line here is a decision, to be made with `ARCHITECTURE.md` open.
const EDGES: &[(&str, &str)] = &[
    ("gateway", "identity"),
    ("gateway", "organizations"),
    ("gateway", "invitations"),
    ("gateway", "billing-context"),
    ("identity", "organizations"),
    ("identity", "billing-context"),
    ("invitations", "organizations"),
    ("invitations", "identity"),
    ("billing-context", "organizations"),
];

fn graph(edges: &[(&str, &str)]) -> BTreeSet<Edge> {
    edges.iter().map(|(caller, called)| ((*caller).to_owned(), (*called).to_owned())).collect()
}

fn edges_of(path: &str, code: &str) -> BTreeSet<Edge> {
    edges(&[SourceFile::new(path, code)], &clients(&super::descriptors()))
}

#[test]
fn services_call_those_that_they_are_meant_to_call() {
    assert_eq!(edges(&super::sources(), &clients(&super::descriptors())), graph(EDGES));
}

#[test]
fn no_service_reaches_itself() {
    assert_eq!(cycle(&graph(EDGES)), None);
}

#[test]
fn every_rpc_service_has_a_client_of_its_own_name() {
    let pool = super::descriptors();
    let ours = pool.services().filter(|service| service.package_name().starts_with("guildhall."));
    assert_eq!(clients(&pool).len(), ours.count());
}

#[test]
fn a_client_in_the_sources_is_an_edge() {
    let code =
        "use contracts::billing::v1 as billing; type C = billing::credit_service_client::CreditServiceClient<()>;";
    assert_eq!(
        edges_of("services/organizations/src/upstreams.rs", code),
        graph(&[("organizations", "billing-context")])
    );
}

#[test]
fn a_client_in_a_test_is_no_edge() {
    let code = "use contracts::billing::v1::credit_service_client::CreditServiceClient;";
    assert!(edges_of("services/organizations/tests/it/main.rs", code).is_empty());
}

#[test]
fn a_cycle_is_found_however_long() {
    assert!(cycle(&graph(&[("a", "a")])).is_some());
    assert!(cycle(&graph(&[("a", "b"), ("b", "c"), ("c", "a")])).is_some());
    assert!(cycle(&graph(&[("x", "a"), ("a", "b"), ("b", "a")])).is_some());
    assert_eq!(cycle(&graph(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])), None);
}
