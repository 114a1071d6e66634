use contracts::organizations::v1 as proto;
use proto::access_service_client::AccessServiceClient;
use service_kit::policy::Requirement;

use crate::world::{World, refused};

/// Every RPC of this service's proto files, from the descriptor set.
fn rpc_paths() -> Vec<String> {
    use prost::Message;
    let files = prost_types::FileDescriptorSet::decode(contracts::FILE_DESCRIPTOR_SET).unwrap().file;
    let ours = files.iter().filter(|file| file.package() == "guildhall.organizations.v1");
    let services = ours.flat_map(|file| &file.service);
    services
        .flat_map(|service| {
            let path = move |rpc: &str| format!("/guildhall.organizations.v1.{}/{rpc}", service.name());
            service.method.iter().map(move |method| path(method.name()))
        })
        .collect()
}

#[test]
fn every_rpc_has_its_requirement() {
    let paths = rpc_paths();
    assert_eq!(paths.len(), 50);
    for path in paths {
        let expected = match path.as_str() {
            path if path.contains(".AccessService/") || path.contains("ChangeService/") => Requirement::Service,
            path if path.contains("AdministrationService/") => Requirement::BackOffice,
            _ => Requirement::SignedIn,
        };
        assert_eq!(organizations::policy::requirement(&path), Some(expected), "{path}");
    }
}

#[tokio::test]
async fn nobody_calls_without_credentials() {
    let world = World::new().await;
    let answer = world.organizations().get_organization(proto::GetOrganizationRequest::default()).await;
    assert_eq!(refused(answer), "UNAUTHORIZED");
    let answer = world.memberships().list_members(proto::ListMembersRequest::default()).await;
    assert_eq!(refused(answer), "UNAUTHORIZED");
    let answer = world.roles().list_roles(proto::ListRolesRequest::default()).await;
    assert_eq!(refused(answer), "UNAUTHORIZED");
}

#[tokio::test]
async fn what_services_ask_is_not_for_users() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let message = proto::DepartUserRequest { user_id: alice.id.clone(), hand_over: false, by_operator: false };
    let mut access = AccessServiceClient::new(world.channel());
    assert_eq!(refused(access.depart_user(world.by(&alice, message)).await), "FORBIDDEN");
    assert_eq!(refused(access.depart_user(proto::DepartUserRequest::default()).await), "FORBIDDEN");
}
