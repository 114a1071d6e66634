//! What a developer with nothing but the address can find out by reflection, in both of its versions.

use contracts::FILE_DESCRIPTOR_SET;
use prost_reflect::DescriptorPool;
use prost_reflect::prost::Message;
use prost_reflect::prost_types::{FileDescriptorProto, ServiceDescriptorProto};
use tokio_stream::StreamExt;
use tonic_reflection::pb::{v1, v1alpha};

use crate::harness::{Person, Product};

/// Full names of our RPC services.
fn ours() -> Vec<String> {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptor set");
    let names = pool.services().map(|service| service.full_name().to_owned());
    names.filter(|name| name.starts_with("guildhall.")).collect()
}

/// Checks that the files describe this service, with a comment on each of its RPCs.
fn describe_with_comments(files: &[Vec<u8>], service: &str) {
    let files: Vec<_> =
        files.iter().map(|file| FileDescriptorProto::decode(file.as_slice()).expect("a descriptor")).collect();
    let found = files.iter().find_map(|file| {
        let is_it = |candidate: &ServiceDescriptorProto| service == format!("{}.{}", file.package(), candidate.name());
        file.service.iter().position(is_it).map(|place| (file, place))
    });
    let (file, place) = found.unwrap_or_else(|| panic!("{service} is not in the files that describe it"));
    let locations = &file.source_code_info.as_ref().expect("source code info").location;
    let place_of_service = i32::try_from(place).unwrap();
    for (rpc, number) in file.service[place].method.iter().zip(0_i32..) {
        // Field 6 of a file holds its services, field 2 of a service its RPCs.
        let path = [6, place_of_service, 2, number];
        let location = locations.iter().find(|location| location.path == path).expect("the place of the RPC");
        assert!(!location.leading_comments().trim().is_empty(), "{service}.{} has no comment", rpc.name());
    }
}

/// One test for each version of the protocol: their messages are alike, but not the same types.
macro_rules! describes_every_service {
    ($name:ident, $version:ident) => {
        #[tokio::test]
        async fn $name() {
            use $version::server_reflection_client::ServerReflectionClient;
            use $version::server_reflection_request::MessageRequest;
            use $version::server_reflection_response::MessageResponse;

            let rpc = Product::shared().await.rpc();
            for service in ours() {
                let ask = async |question: MessageRequest| {
                    let request =
                        $version::ServerReflectionRequest { host: String::new(), message_request: Some(question) };
                    let mut client = ServerReflectionClient::new(rpc.serving(&service));
                    let answers = client.server_reflection_info(tokio_stream::once(request)).await;
                    let answer = answers.expect("reflection").into_inner().next().await.expect("an answer");
                    answer.expect("an answer").message_response.expect("a message")
                };
                let MessageResponse::ListServicesResponse(list) =
                    ask(MessageRequest::ListServices(String::new())).await
                else {
                    panic!("no list of services")
                };
                assert!(list.service.iter().any(|listed| listed.name == service), "{service} is not listed");
                let MessageResponse::FileDescriptorResponse(files) =
                    ask(MessageRequest::FileContainingSymbol(service.clone())).await
                else {
                    panic!("{service} is not described")
                };
                describe_with_comments(&files.file_descriptor_proto, &service);
                let errors = "google.rpc.ErrorInfo".to_owned();
                let details = ask(MessageRequest::FileContainingSymbol(errors)).await;
                assert!(matches!(details, MessageResponse::FileDescriptorResponse(_)), "error details are readable");
            }
        }
    };
}

describes_every_service!(reflection_v1_describes_every_service, v1);
describes_every_service!(reflection_v1alpha_describes_every_service, v1alpha);

/// Names that reflection lists to somebody who shows nothing, or this token.
async fn listed(product: &Product, token: Option<&str>) -> Result<Vec<String>, tonic::Status> {
    use v1::server_reflection_request::MessageRequest;
    use v1::server_reflection_response::MessageResponse;

    let question = Some(MessageRequest::ListServices(String::new()));
    let question = v1::ServerReflectionRequest { host: String::new(), message_request: question };
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(product.rpc().identity());
    let mut request = tonic::Request::new(tokio_stream::once(question));
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header value"));
    }
    let mut answers = client.server_reflection_info(request).await?.into_inner();
    let answer = answers.next().await.expect("an answer")?.message_response.expect("a message");
    let MessageResponse::ListServicesResponse(list) = answer else { panic!("no list of services") };
    Ok(list.service.into_iter().map(|listed| listed.name).collect())
}

#[tokio::test]
async fn where_reflection_is_for_those_who_are_signed_in_an_access_token_opens_it() {
    let product = Product::own(&[("GUILDHALL_REFLECTION", "authenticated")]).await;
    let refused = listed(&product, None).await.expect_err("a refusal");
    assert_eq!(refused.code(), tonic::Code::Unauthenticated, "{refused:?}");
    let alice = Person::registered(&product.api(), "alice").await;
    let names = listed(&product, Some(&alice.access_token)).await.expect("a list");
    assert!(names.iter().any(|name| name == "guildhall.identity.v1.AccountService"), "{names:?}");
}

#[tokio::test]
async fn where_reflection_is_off_there_is_no_such_call() {
    let product = Product::own(&[("GUILDHALL_REFLECTION", "off")]).await;
    let refused = listed(&product, None).await.expect_err("a refusal");
    assert_eq!(refused.code(), tonic::Code::Unimplemented, "{refused:?}");
}
