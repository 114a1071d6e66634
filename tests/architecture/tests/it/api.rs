use architecture::api::{statuses_agree, violations};
use architecture::source::SourceFile;
use contracts::errors::v1::ErrorReason;
use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::{FileDescriptorProto, MethodDescriptorProto, ServiceDescriptorProto};

const GET_USERS: &str = "/guildhall.identity.v1.UserService/GetUsers";

/// A proto file with one RPC and no comment at all.
fn uncommented() -> DescriptorPool {
    let empty = ".guildhall.identity.v1.Empty".to_owned();
    let method = MethodDescriptorProto {
        name: Some("GetUsers".to_owned()),
        input_type: Some(empty.clone()),
        output_type: Some(empty),
        ..MethodDescriptorProto::default()
    };
    let service = ServiceDescriptorProto {
        name: Some("UserService".to_owned()),
        method: vec![method],
        ..ServiceDescriptorProto::default()
    };
    let file = FileDescriptorProto {
        name: Some("user.proto".to_owned()),
        package: Some("guildhall.identity.v1".to_owned()),
        syntax: Some("proto3".to_owned()),
        message_type: vec![prost_reflect::prost_types::DescriptorProto {
            name: Some("Empty".to_owned()),
            ..prost_reflect::prost_types::DescriptorProto::default()
        }],
        service: vec![service],
        ..FileDescriptorProto::default()
    };
    let mut pool = DescriptorPool::new();
    pool.add_file_descriptor_proto(file).unwrap();
    pool
}

#[test]
fn every_rpc_has_a_comment_a_line_in_its_services_policy_and_says_if_it_only_reads() {
    super::none(violations(&super::descriptors(), &super::sources()));
}

#[test]
fn an_rpc_without_a_comment_or_a_line_in_the_policy_is_found() {
    let found = violations(&uncommented(), &[]);
    assert_eq!(
        found,
        [
            format!("{GET_USERS} has no comment"),
            format!("{GET_USERS} only reads and does not say NO_SIDE_EFFECTS"),
            format!("{GET_USERS} is missing from the policy of identity"),
        ]
    );

    let policy =
        SourceFile::new("services/identity/src/policy.rs", &format!("match path {{ \"{GET_USERS}\" => Service }}"));
    assert_eq!(violations(&uncommented(), &[policy]), found[..2]);
}

#[test]
fn every_error_reason_says_the_same_on_both_wires() {
    super::none(
        ErrorReason::ALL.iter().filter(|reason| !statuses_agree(reason.http_status(), reason.grpc_status())).map(
            |reason| format!("{}: HTTP {} with gRPC {}", reason.code(), reason.http_status(), reason.grpc_status()),
        ),
    );
}

#[test]
fn statuses_that_contradict_each_other_are_found() {
    for (http, grpc) in [(404, 13), (200, 0), (401, 7), (500, 3), (503, 13)] {
        assert!(!statuses_agree(http, grpc), "{http} {grpc}");
    }
}
