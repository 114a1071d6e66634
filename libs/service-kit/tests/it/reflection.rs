//! Who is told which calls there are.

use futures_util::{StreamExt, stream};
use service_kit::reflection::Reflection;
use service_kit::refusal::reason_of;
use test_kit::TestIssuer;
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};
use tonic_reflection::pb::{v1, v1alpha};
use uuid::Uuid;

use crate::hosting::Served;
use crate::serving::health;
use crate::stub::Stub;

/// What a caller shows.
enum Shown {
    Nothing,
    Token(String),
    Secret(&'static str),
}

impl Shown {
    fn with<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        match self {
            Self::Nothing => {}
            Self::Token(token) => {
                request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            Self::Secret(secret) => {
                request.metadata_mut().insert("guildhall-service-credential", secret.parse().unwrap());
            }
        }
        request
    }
}

/// One function for each version of the protocol: their messages are alike, but not the same types.
macro_rules! listing {
    ($name:ident, $version:ident) => {
        async fn $name(served: &Served, shown: &Shown) -> Result<Vec<String>, Status> {
            use $version::server_reflection_request::MessageRequest;
            use $version::server_reflection_response::MessageResponse;
            let channel = Endpoint::from_shared(served.grpc.clone()).unwrap().connect().await.unwrap();
            let mut client = $version::server_reflection_client::ServerReflectionClient::new(channel);
            let question = Some(MessageRequest::ListServices(String::new()));
            let question = $version::ServerReflectionRequest { host: String::new(), message_request: question };
            let mut answers = client.server_reflection_info(shown.with(stream::iter([question]))).await?.into_inner();
            let answer = answers.next().await.unwrap()?.message_response.unwrap();
            let MessageResponse::ListServicesResponse(list) = answer else { panic!("no list") };
            let names = list.service.into_iter().map(|service| service.name);
            // Reflection itself is there as the version that was asked.
            Ok(names.filter(|name| name.starts_with("guildhall.")).collect())
        }
    };
}

listing!(list_v1, v1);
listing!(list_v1alpha, v1alpha);

/// What both versions answer, which has to be alike.
async fn list(served: &Served, shown: &Shown) -> Result<Vec<String>, Status> {
    let (v1, v1alpha) = (list_v1(served, shown).await, list_v1alpha(served, shown).await);
    assert_eq!(v1.as_ref().map_err(Status::code), v1alpha.as_ref().map_err(Status::code));
    v1
}

#[tokio::test]
async fn public_reflection_tells_everybody() {
    let served = Served::start_reflecting(Stub::echo().open(), Reflection::Public).await;
    let names = list(&served, &Shown::Nothing).await.unwrap();
    assert!(names.iter().any(|name| name == "guildhall.billing.v1.PlanService"), "{names:?}");
    served.stop.now();
}

#[tokio::test]
async fn authenticated_reflection_tells_those_who_are_signed_in_and_other_services() {
    let issuer = TestIssuer::new(&test_kit::clock());
    let service = Stub::echo().open();
    let served = Served::start_reflecting(service, Reflection::Authenticated(issuer.trust())).await;
    let stranger = TestIssuer::new(&test_kit::clock());
    let user = Uuid::from_u128(7);
    for shown in [
        Shown::Nothing,
        Shown::Token(stranger.token(user)),
        Shown::Token("no token".to_owned()),
        Shown::Secret("a-secret-that-is-long-enough-but-wrong"),
    ] {
        let status = list(&served, &shown).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated, "{status:?}");
        assert!(reason_of(&status).is_some(), "{status:?}");
    }
    for shown in [Shown::Token(issuer.token(user)), Shown::Secret(test_kit::SERVICE_SECRET)] {
        assert!(!list(&served, &shown).await.unwrap().is_empty());
    }
    // Whoever looks after the process has no token.
    health(&served, "guildhall.live").await;
    served.stop.now();
}

#[tokio::test]
async fn without_reflection_there_is_no_such_call() {
    let served = Served::start_reflecting(Stub::echo().open(), Reflection::Off).await;
    for shown in [Shown::Nothing, Shown::Secret(test_kit::SERVICE_SECRET)] {
        assert_eq!(list(&served, &shown).await.unwrap_err().code(), Code::Unimplemented);
    }
    health(&served, "guildhall.live").await;
    served.stop.now();
}
