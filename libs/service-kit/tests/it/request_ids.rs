//! The id under which a call is found in logs.

use service_kit::refusal::pass_on;
use service_kit::request_scope::RequestScope;

use crate::hosting::Wire;
use crate::stub::{Stub, answer, ask, message};

fn known_id() -> Stub {
    Stub::new(|_| async { Ok(RequestScope::current().expect("a call has a scope").request_id.to_string()) })
}

fn named(id: &str) -> RequestScope {
    let mut scope = RequestScope::begin(std::time::Duration::from_secs(10));
    scope.request_id = id.into();
    scope
}

#[tokio::test]
async fn a_harmless_id_is_taken_over_and_returned() {
    for wire in Wire::BOTH {
        let hosted = wire.host(known_id().open()).await;
        let answer = named("order-66_a.b").run(answer(&hosted.channel, message(""))).await.unwrap();
        assert_eq!(answer.metadata().get("x-request-id").unwrap(), "order-66_a.b", "{wire:?}");
        assert_eq!(answer.into_inner().next_page_token, "order-66_a.b", "{wire:?}");
    }
}

#[tokio::test]
async fn an_id_that_could_do_harm_is_replaced() {
    let too_long = "x".repeat(65);
    for wire in Wire::BOTH {
        let hosted = wire.host(known_id().open()).await;
        for harmful in ["short", "with space", "with\"quote", "${jndi:ldap}", too_long.as_str()] {
            let answer = named(harmful).run(answer(&hosted.channel, message(""))).await.unwrap();
            let returned = answer.metadata().get("x-request-id").unwrap().to_str().unwrap().to_owned();
            assert_ne!(returned, harmful, "{wire:?}");
            assert_eq!(answer.into_inner().next_page_token, returned, "{wire:?}");
        }
    }
}

#[tokio::test]
async fn every_hop_knows_the_call_by_the_same_id() {
    for wire in Wire::BOTH {
        let second = wire.host(known_id().open()).await;
        let next = second.channel.clone();
        let first = wire
            .host(
                Stub::new(move |_| {
                    let next = next.clone();
                    async move { ask(&next, message("")).await.map_err(pass_on) }
                })
                .open(),
            )
            .await;
        let answer = answer(&first.channel, message("")).await.unwrap();
        let returned = answer.metadata().get("x-request-id").unwrap().to_str().unwrap().to_owned();
        assert_eq!(answer.into_inner().next_page_token, returned, "{wire:?}");
    }
}

#[tokio::test]
async fn a_refused_call_is_named_too() {
    for wire in Wire::BOTH {
        let hosted = wire.host(Stub::new(|_| async { Err(tonic::Status::not_found("")) }).open()).await;
        let status = named("request-1").run(ask(&hosted.channel, message(""))).await.unwrap_err();
        assert_eq!(status.metadata().get("x-request-id").unwrap(), "request-1", "{wire:?}");
    }
}
