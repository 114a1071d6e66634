//! Whether the product says that it is well, to machines that ask.

use contracts::FILE_DESCRIPTOR_SET;
use prost_reflect::DescriptorPool;
use serde_json::Value;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::harness::{Product, Rpc, eventually};

async fn is_serving(rpc: &Rpc, rpc_service: &str, name: &str) {
    let mut client = HealthClient::new(rpc.serving(rpc_service));
    eventually(&format!("{name} is serving"), async || {
        let answer = client.check(HealthCheckRequest { service: name.to_owned() }).await.expect("an answer");
        (answer.into_inner().status() == ServingStatus::Serving).then_some(())
    })
    .await;
}

#[tokio::test]
async fn every_service_is_serving_by_its_own_name_and_by_those_of_its_rpc_services() {
    let rpc = Product::shared().await.rpc();
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptor set");
    for service in pool.services().filter(|service| service.package_name().starts_with("guildhall.")) {
        is_serving(&rpc, service.full_name(), service.full_name()).await;
    }
    for (rpc_service, name) in [
        ("guildhall.identity.v1", "identity"),
        ("guildhall.organizations.v1", "organizations"),
        ("guildhall.invitations.v1", "invitations"),
        ("guildhall.billing.v1", "billing-context"),
    ] {
        is_serving(&rpc, rpc_service, name).await;
        for probe in ["", "guildhall.live", "guildhall.ready", "guildhall.startup"] {
            is_serving(&rpc, rpc_service, probe).await;
        }
    }
}

#[tokio::test]
async fn every_process_is_live_and_ready() {
    let product = Product::shared().await;
    assert!(!product.ops().is_empty());
    for (service, address) in product.ops() {
        for probe in ["/livez", "/healthz", "/readyz", "/startupz"] {
            let answer = reqwest::get(format!("{address}{probe}")).await.expect("an answer");
            assert_eq!(answer.status(), 200, "{service}{probe}");
        }
    }
}

#[tokio::test]
async fn every_process_tells_its_version_and_what_it_needs() {
    let product = Product::shared().await;
    for (service, address) in product.ops() {
        let told = |path: &str| reqwest::get(format!("{address}{path}"));
        let version: Value = told("/version").await.expect("an answer").json().await.expect("JSON");
        assert_eq!(version["name"], "guildhall");
        assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
        if service != "gateway" {
            assert!(version["schema"][service]["migrations"].as_u64() > Some(0), "{service}: {version}");
        }
        let ready: Value = told("/readyz?verbose").await.expect("an answer").json().await.expect("JSON");
        let checks = ready["checks"].as_array().expect("checks");
        assert!(!checks.is_empty() && checks.iter().all(|check| check["ok"] == true), "{ready}");
    }
}
