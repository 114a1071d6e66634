//! Handlers and layers that panic.

use service_kit::ErrorReason;
use service_kit::refusal::reason_of;
use test_kit::TestIssuer;

use crate::hosting::Wire;
use crate::stub::{Stub, ask, message};

#[tokio::test]
async fn a_panic_is_an_internal_error_and_the_next_call_works() {
    for wire in Wire::BOTH {
        let stub = Stub::new(|request| async move {
            let text = request.into_inner().page_token;
            assert_ne!(text, "panic", "as asked, with a secret: hunter2");
            Ok(text)
        });
        let hosted = wire.host(stub.open()).await;
        let status = ask(&hosted.channel, message("panic")).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::InternalError), "{wire:?}");
        assert!(!format!("{status:?}").contains("hunter2"), "{wire:?}");
        assert_eq!(ask(&hosted.channel, message("fine")).await.unwrap(), "fine", "{wire:?}");
    }
}

#[tokio::test]
async fn a_panic_before_the_call_has_begun_is_one_too() {
    for wire in Wire::BOTH {
        let trust = TestIssuer::new(&test_kit::clock()).trust();
        let hosted =
            wire.host(Stub::echo().behind(&trust, |_| panic!("as asked, with a secret: hunter2")).build()).await;
        for _ in 0..2 {
            let status = ask(&hosted.channel, message("")).await.unwrap_err();
            assert_eq!(reason_of(&status), Some(ErrorReason::InternalError), "{wire:?}");
            assert!(!format!("{status:?}").contains("hunter2"), "{wire:?}");
        }
    }
}
