//! Holds the workspace to the rules of its architecture, and shows of every rule that it can fail.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod api;
mod crates;
mod files;
mod layers;
mod migrations;
mod rust_code;
mod service_graph;
mod wording;

use architecture::source::{self, SourceFile};
use architecture::workspace;
use prost_reflect::DescriptorPool;

fn sources() -> Vec<SourceFile> {
    source::all(&workspace::root()).expect("the repository can be read")
}

fn descriptors() -> DescriptorPool {
    DescriptorPool::decode(contracts::FILE_DESCRIPTOR_SET).expect("the descriptor set can be read")
}

fn none(violations: impl IntoIterator<Item = String>) {
    let violations: Vec<String> = violations.into_iter().collect();
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}
