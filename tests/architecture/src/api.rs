//! What every RPC and every error reason must have.

use prost_reflect::prost_types::method_options::IdempotencyLevel;
use prost_reflect::{DescriptorPool, MethodDescriptor};

use crate::service_graph::service_of;
use crate::source::SourceFile;

/// How RPCs that only read begin.
const READS: [&str; 5] = ["Explain", "Export", "Get", "List", "Preview"];

/// RPCs of ours without a comment, RPCs that no service's `policy.rs` lists, and RPCs whose name says that they read
/// while their `idempotency_level` does not.
pub fn violations(pool: &DescriptorPool, files: &[SourceFile]) -> Vec<String> {
    let mut violations = Vec::new();
    for service in pool.services().filter(|service| service.package_name().starts_with("guildhall.")) {
        let Some(crate_name) = service_of(service.package_name()) else {
            violations.push(format!("{} belongs to no service", service.full_name()));
            continue;
        };
        let policy = format!("services/{crate_name}/src/policy.rs");
        let policy = files.iter().find(|file| file.path == policy);
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            if !has_comment(&method) {
                violations.push(format!("{path} has no comment"));
            }
            if reads_by_its_name(&method) && !reads_by_its_level(&method) {
                violations.push(format!("{path} only reads and does not say NO_SIDE_EFFECTS"));
            }
            if !policy.is_some_and(|policy| policy.text.contains(&format!("\"{path}\""))) {
                violations.push(format!("{path} is missing from the policy of {crate_name}"));
            }
        }
    }
    violations
}

fn reads_by_its_name(method: &MethodDescriptor) -> bool {
    READS.iter().any(|start| method.name().starts_with(start))
}

fn reads_by_its_level(method: &MethodDescriptor) -> bool {
    let options = &method.method_descriptor_proto().options;
    options.as_ref().is_some_and(|options| options.idempotency_level() == IdempotencyLevel::NoSideEffects)
}

fn has_comment(method: &MethodDescriptor) -> bool {
    let file = method.parent_service().parent_file();
    let comments = &file.file_descriptor_proto().source_code_info;
    let locations = comments.iter().flat_map(|info| &info.location);
    locations
        .filter(|location| location.path == method.path())
        .any(|location| !location.leading_comments().trim().is_empty())
}

/// Whether the gRPC status says the same as the HTTP status.
pub const fn statuses_agree(http: u16, grpc: i32) -> bool {
    const INVALID_ARGUMENT: i32 = 3;
    const DEADLINE_EXCEEDED: i32 = 4;
    const NOT_FOUND: i32 = 5;
    const ALREADY_EXISTS: i32 = 6;
    const PERMISSION_DENIED: i32 = 7;
    const RESOURCE_EXHAUSTED: i32 = 8;
    const FAILED_PRECONDITION: i32 = 9;
    const ABORTED: i32 = 10;
    const OUT_OF_RANGE: i32 = 11;
    const UNIMPLEMENTED: i32 = 12;
    const INTERNAL: i32 = 13;
    const UNAVAILABLE: i32 = 14;
    const UNAUTHENTICATED: i32 = 16;
    matches!(
        (http, grpc),
        (400 | 415, INVALID_ARGUMENT)
            | (401, UNAUTHENTICATED)
            | (402 | 410, FAILED_PRECONDITION)
            | (403, PERMISSION_DENIED | FAILED_PRECONDITION)
            | (404, NOT_FOUND)
            | (405, UNIMPLEMENTED)
            | (409, ALREADY_EXISTS | FAILED_PRECONDITION | ABORTED)
            | (413 | 431, OUT_OF_RANGE)
            | (429, RESOURCE_EXHAUSTED)
            | (500, INTERNAL)
            | (503, UNAVAILABLE)
            | (504, DEADLINE_EXCEEDED)
    )
}
