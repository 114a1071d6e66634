use architecture::layers::violations;
use architecture::source::SourceFile;

fn violations_of(path: &str, code: &str) -> Vec<String> {
    violations(&SourceFile::new(path, code))
}

#[test]
fn every_file_names_what_its_place_allows() {
    super::none(super::sources().iter().flat_map(violations));
}

#[test]
fn the_domain_knows_no_async_no_database_and_no_wire() {
    let bad = ["async fn f() {}", "use sea_orm::Value;", "use contracts::identity::v1 as proto;", "use tonic::Status;"];
    for code in bad {
        assert_eq!(violations_of("services/identity/src/domain/user.rs", code).len(), 1, "{code}");
    }
    super::none(violations_of("services/identity/src/domain/user.rs", "// async, sea_orm\nuse service_kit::Id;"));
}

#[test]
fn only_the_store_names_the_database() {
    let code = "use sea_orm::EntityTrait;";
    assert_eq!(violations_of("services/identity/src/use_cases/login.rs", code).len(), 1);
    assert_eq!(violations_of("services/identity/src/lib.rs", code).len(), 1);
    super::none(violations_of("services/identity/src/store/users.rs", code));
    super::none(violations_of("services/identity/src/error.rs", "use sea_orm::DbErr;"));
}

#[test]
fn only_the_edges_of_a_service_name_proto() {
    let code = "use contracts::identity::v1 as proto;";
    assert_eq!(violations_of("services/identity/src/use_cases/login.rs", code).len(), 1);
    assert_eq!(violations_of("services/identity/src/store/users.rs", code).len(), 1);
    for path in ["grpc.rs", "grpc/users.rs", "wire.rs", "wire/user.rs", "upstreams.rs"] {
        super::none(violations_of(&format!("services/identity/src/{path}"), code));
    }
}

#[test]
fn a_service_mounts_generated_servers_and_nothing_else_in_its_root() {
    let server = "use contracts::identity::v1::user_service_server::UserServiceServer;";
    let client = "use contracts::identity::v1::user_service_client::UserServiceClient;";
    super::none(violations_of("services/identity/src/lib.rs", server));
    super::none(violations_of("services/identity/src/lib.rs", "use contracts::FILE_DESCRIPTOR_SET;"));
    assert_eq!(violations_of("services/identity/src/lib.rs", client).len(), 1);
}

#[test]
fn nothing_points_back_up_the_arrow() {
    let bad = [
        ("domain/user.rs", "use crate::store;"),
        ("store/users.rs", "use crate::use_cases::Login;"),
        ("use_cases/login.rs", "use crate::wire::login;"),
        ("use_cases/login.rs", "use crate::{domain::User, grpc::Users};"),
        ("grpc/users.rs", "use crate::store::users;"),
        ("use_cases/login.rs", "use crate::store::entity::user;"),
    ];
    for (path, code) in bad {
        assert_eq!(violations_of(&format!("services/identity/src/{path}"), code).len(), 1, "{path}: {code}");
    }
    super::none(violations_of("services/identity/src/use_cases/login.rs", "use crate::store::users;"));
    super::none(violations_of("services/identity/src/domain/user.rs", "use crate::domain::store_front;"));
}

#[test]
fn only_the_chassis_knows_the_engine() {
    let code = "fn f() { if c.get_database_backend() == x {} }";
    assert_eq!(violations_of("services/identity/src/store/users.rs", code).len(), 1);
    super::none(violations_of("libs/service-kit/src/database.rs", code));
}

#[test]
fn the_chassis_knows_neither_contracts_nor_nouns_of_the_business() {
    let path = "libs/service-kit/src/serve.rs";
    assert_eq!(violations_of(path, "use contracts::identity::v1::User;").len(), 1);
    assert_eq!(violations_of(path, "struct OrganizationId;").len(), 1);
    super::none(violations_of(path, "pub use contracts::errors::v1::ErrorReason;"));
}
