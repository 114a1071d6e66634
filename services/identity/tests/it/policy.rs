//! Who may make which call.

use prost_reflect::DescriptorPool;
use service_kit::policy::Requirement;

#[test]
fn every_rpc_has_its_requirement_and_nothing_else_has_one() {
    let pool = DescriptorPool::decode(contracts::FILE_DESCRIPTOR_SET).unwrap();
    let mut table = Vec::new();
    for service in pool.services().filter(|service| service.full_name().starts_with("guildhall.identity.v1.")) {
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            let requirement = identity::requirement(&path).unwrap_or_else(|| panic!("{path} has no requirement"));
            let word = match requirement {
                Requirement::Public => "public",
                Requirement::SignedIn => "signed in",
                Requirement::Service => "service",
                Requirement::ServerKey => "server-key",
                Requirement::ServiceOrServerKey => "service or server key",
                Requirement::BackOffice => "back office",
            };
            table.push(format!("{}/{}: {word}\n", service.name(), method.name()));
        }
    }
    table.sort();
    assert_eq!(table.concat(), include_str!("policy.txt"));
    assert_eq!(identity::requirement("/guildhall.identity.v1.AuthenticationService/Else"), None);
    assert_eq!(identity::requirement("/guildhall.identity.v1.AuthenticationService/login"), None);
}
