//! Which service calls which, read from the generated clients that its sources name.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::DescriptorPool;

use crate::source::SourceFile;

/// From a service to one that it calls, by the names of their folders.
pub type Edge = (String, String);

/// The service whose folder serves this proto package.
pub fn service_of(package: &str) -> Option<&'static str> {
    match package {
        "guildhall.identity.v1" => Some("identity"),
        "guildhall.organizations.v1" => Some("organizations"),
        "guildhall.invitations.v1" => Some("invitations"),
        "guildhall.billing.v1" => Some("billing-context"),
        _ => None,
    }
}

/// The module that tonic generates for each RPC service's client, and who serves it.
pub fn clients(pool: &DescriptorPool) -> BTreeMap<String, &'static str> {
    pool.services()
        .filter_map(|service| {
            let module = format!("{}_client", snake_case(service.name()));
            Some((module, service_of(service.package_name())?))
        })
        .collect()
}

/// Every edge that the sources of the services draw.
pub fn edges(files: &[SourceFile], clients: &BTreeMap<String, &'static str>) -> BTreeSet<Edge> {
    let mut edges = BTreeSet::new();
    for file in files.iter().filter(|file| !file.is_test()) {
        let Some((caller, _)) = file.path.strip_prefix("services/").and_then(|path| path.split_once('/')) else {
            continue;
        };
        if caller != "guildhall" {
            let called = file.words().filter_map(|(word, _)| clients.get(word));
            edges.extend(called.map(|called| (caller.to_owned(), (*called).to_owned())));
        }
    }
    edges
}

/// A service that can reach itself, if there is one.
pub fn cycle(edges: &BTreeSet<Edge>) -> Option<&str> {
    let services: BTreeSet<&str> = edges.iter().map(|(caller, _)| caller.as_str()).collect();
    services.into_iter().find(|service| reaches(edges, service, service, &mut BTreeSet::new()))
}

fn reaches<'a>(edges: &'a BTreeSet<Edge>, from: &str, target: &str, seen: &mut BTreeSet<&'a str>) -> bool {
    edges
        .iter()
        .filter(|(caller, _)| caller == from)
        .any(|(_, called)| called == target || (seen.insert(called) && reaches(edges, called, target, seen)))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}
