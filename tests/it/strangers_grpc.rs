//! Every RPC called by nobody, by a stranger and by a member of another organization.

use contracts::FILE_DESCRIPTOR_SET;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;
use tonic_types::StatusExt;

use crate::harness::{Person, Product, Rpc, Team, random_id, signed};
use crate::plausible::Plausible;

/// The RPCs that answer without credentials, one a line.
const PUBLIC: &str = include_str!("public_rpcs.txt");
/// The RPCs that only services of the deployment may call, one a line.
pub const FOR_SERVICES: &str = include_str!("service_rpcs.txt");

/// Every RPC of the contracts.
pub fn rpcs() -> Vec<MethodDescriptor> {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptor set");
    let ours = pool.services().filter(|service| service.package_name().starts_with("guildhall."));
    ours.flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

/// As the wire names it.
pub fn path_of(rpc: &MethodDescriptor) -> String {
    format!("/{}/{}", rpc.parent_service().full_name(), rpc.name())
}

/// Whether it is a line of this list.
pub fn is_among(list: &str, path: &str) -> bool {
    list.lines().any(|line| line == path)
}

/// Calls whatever path.
pub async fn call_path(channel: Channel, path: &str, request: Request<DynamicMessage>) -> Result<(), Status> {
    let mut client = Grpc::new(channel);
    client.ready().await.expect("a connection");
    let codec = ProstCodec::<DynamicMessage, ()>::default();
    client.unary(request, path.parse().expect("a path"), codec).await.map(|_| ())
}

/// Calls an RPC by its description.
pub async fn call(rpc: &Rpc, method: &MethodDescriptor, request: Request<DynamicMessage>) -> Result<(), Status> {
    let channel = rpc.serving(method.parent_service().full_name());
    call_path(channel, &path_of(method), request).await
}

/// The reason of a refusal, if it has one.
pub fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

#[tokio::test]
async fn the_lists_of_special_rpcs_name_rpcs_that_exist() {
    let all: Vec<_> = rpcs().iter().map(path_of).collect();
    assert!(all.len() > 35, "only {} RPCs", all.len());
    for line in PUBLIC.lines().chain(FOR_SERVICES.lines()) {
        assert!(all.iter().any(|path| path == line), "{line} does not exist");
    }
}

#[tokio::test]
async fn nobody_reaches_anything_but_the_public_rpcs() {
    let rpc = Product::shared().await.rpc();
    for method in rpcs() {
        let path = path_of(&method);
        let empty = || DynamicMessage::new(method.input());
        let outcome = call(&rpc, &method, Request::new(empty())).await;
        if is_among(PUBLIC, &path) {
            let reason = outcome.err().map(|status| reason(&status)).unwrap_or_default();
            assert!(!["UNAUTHORIZED", "FORBIDDEN", "INTERNAL_ERROR"].contains(&reason.as_str()), "{path}: {reason}");
            continue;
        }
        let status = outcome.expect_err(&path);
        let expected = if is_among(FOR_SERVICES, &path) {
            ("FORBIDDEN", Code::PermissionDenied)
        } else {
            ("UNAUTHORIZED", Code::Unauthenticated)
        };
        assert_eq!((reason(&status).as_str(), status.code()), expected, "{path}: {status:?}");
        for forged in [signed("not.a.token", empty()), guessing(empty())] {
            let status = call(&rpc, &method, forged).await.expect_err(&path);
            assert!([Code::Unauthenticated, Code::PermissionDenied].contains(&status.code()), "{path}: {status:?}");
        }
    }
}

/// A caller who guesses what services show each other.
fn guessing<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let guess = "a-wrong-secret-that-is-just-as-long-as-others".parse().expect("a header value");
    request.metadata_mut().insert("guildhall-service-credential", guess);
    request
}

#[tokio::test]
async fn users_do_not_reach_what_is_for_services() {
    let product = Product::shared().await;
    let rpc = product.rpc();
    let alice = Person::registered(&product.api(), "alice").await;
    let plausible = Plausible::new(&alice, &alice.personal_id, &alice.user_id);
    for method in rpcs().into_iter().filter(|method| is_among(FOR_SERVICES, &path_of(method))) {
        let request = signed(&alice.access_token, plausible.message(method.input()));
        let status = call(&rpc, &method, request).await.expect_err("a refusal");
        assert_eq!((reason(&status).as_str(), status.code()), ("FORBIDDEN", Code::PermissionDenied), "{status:?}");
    }
}

#[tokio::test]
async fn the_organization_of_others_looks_like_one_that_does_not_exist() {
    let product = Product::shared().await;
    let (rpc, api) = (product.rpc(), product.api());
    let (alice, stranger) = tokio::join!(Person::verified(&api, "alice"), Person::verified(&api, "stranger"));
    let hers = Team::of(&alice).await;
    let own = Team::of(&stranger).await;
    let mut elsewhere = stranger.clone();
    elsewhere.act_for(&own.id).await;

    let mut reached = 0;
    for method in rpcs() {
        let path = path_of(&method);
        let is_about_an_organization = method.input().get_field_by_name("organization_id").is_some();
        if !is_about_an_organization || is_among(FOR_SERVICES, &path) {
            continue;
        }
        for caller in [&stranger, &elsewhere] {
            let about_hers = Plausible::new(caller, &hers.id, &alice.user_id);
            let mut answers = Vec::new();
            for about in [about_hers.clone(), about_hers.about(&random_id()), about_hers.about(&alice.personal_id)] {
                let request = signed(&caller.access_token, about.message(method.input()));
                let status = call(&rpc, &method, request).await.expect_err(&path);
                answers.push((status.code(), reason(&status), status.message().to_owned()));
            }
            let is_of_the_back_office = path.contains("AdministrationService/");
            let expected = match () {
                () if path.contains("ServerBillingService/") => "UNAUTHORIZED",
                () if is_of_the_back_office => "FORBIDDEN",
                () => "ORGANIZATION_NOT_FOUND",
            };
            assert_eq!(answers[0].1, expected, "{path}: {answers:?}");
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}: {answers:?}");
        }
        reached += 1;
    }
    assert!(reached > 20, "only {reached} RPCs are about an organization");
    assert_eq!(hers.members(&alice).await.len(), 1, "nothing has changed");
}

#[tokio::test]
async fn an_unknown_rpc_is_refused() {
    let product = Product::shared().await;
    let rpc = product.rpc();
    let alice = Person::registered(&product.api(), "alice").await;
    let empty = DynamicMessage::new(rpcs()[0].input());
    for path in [
        "/guildhall.organizations.v1.OrganizationService/Destroy",
        "/guildhall.organizations.v1.AdminService/DeleteEverything",
        "/guildhall.organizations.v1.OrganizationService",
    ] {
        let request = signed(&alice.access_token, empty.clone());
        let status = call_path(rpc.organizations(), path, request).await.expect_err("a refusal");
        assert!([Code::Unimplemented, Code::PermissionDenied].contains(&status.code()), "{path}: {status:?}");
    }
}
