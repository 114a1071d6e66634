//! A handler that panics.

use service_kit::ErrorReason;
use service_kit::refusal::reason_of;

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
