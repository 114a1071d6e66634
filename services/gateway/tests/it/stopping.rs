//! An orderly stop.

use reqwest::Method;
use tokio::net::TcpStream;

use crate::api::{Api, send};

#[tokio::test]
async fn what_is_under_way_at_the_stop_is_finished_and_nothing_new_is_taken() {
    let api = Api::start().await;
    api.stub.stays_silent("identity.v1.AccountService/GetMe");
    let request = api.request(Method::GET, "/api/v1/auth/me").bearer_auth(api.token()).header("grpc-timeout", "300m");
    let under_way = tokio::spawn(send(request));
    while api.stub.calls() == 0 {
        tokio::task::yield_now().await;
    }

    api.stop.cancel();

    assert_eq!(under_way.await.unwrap().code(), "DEADLINE_EXCEEDED");
    api.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(&api.address).await.is_err());
}
