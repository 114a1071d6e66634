//! A connection that breaks between a commit and the database's word for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use prost_types::method_options::IdempotencyLevel;
use secrecy::{ExposeSecret, SecretString};
use service_kit::ErrorReason;
use service_kit::database::{DatabaseSettings, Location};
use service_kit::refusal::reason_of;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::shop::{Shop, keyed, sell_one};
use crate::stub::{Stub, ask};

/// Passes connections on, and breaks the one on which the next transaction is committed before it hears so.
struct FaultyWay {
    is_armed: Arc<AtomicBool>,
    address: String,
}

impl FaultyWay {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let is_armed = Arc::new(AtomicBool::new(false));
        let armed = Arc::clone(&is_armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass_on(client, server, Arc::clone(&armed)));
            }
        });
        Self { is_armed, address }
    }
}

async fn pass_on(mut client: TcpStream, mut server: TcpStream, is_armed: Arc<AtomicBool>) {
    let (mut said, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut said) => match read {
                Ok(length) if length > 0 => {
                    server.write_all(&said[..length]).await.unwrap();
                    let commits = said[..length].windows(6).any(|word| word == b"COMMIT");
                    if commits && is_armed.swap(false, Ordering::SeqCst) {
                        // The database has committed when it answers.
                        let _ = server.read(&mut answered).await;
                        return;
                    }
                }
                _ => return,
            },
            read = server.read(&mut answered) => match read {
                Ok(length) if length > 0 => {
                    if client.write_all(&answered[..length]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}

#[tokio::test]
async fn a_commit_whose_confirmation_is_lost_does_not_lead_to_a_second_change() {
    let settings = test_kit::fresh_database("kit").await;
    // A file is no connection that could break.
    let Location::Postgres(url) = &settings.location else { return };
    let (scheme, rest) = url.expose_secret().split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let way = FaultyWay::to(server.to_owned()).await;
    let url = SecretString::from(format!("{scheme}@{}/{name}", way.address));
    let settings = DatabaseSettings { location: Location::Postgres(url), ..settings };
    let shop = Shop::at(&settings, test_kit::clock()).await;
    let (database, is_armed) = (shop.database.clone(), Arc::clone(&way.is_armed));
    let stub = Stub::new(move |_| {
        let (database, is_armed) = (database.clone(), Arc::clone(&is_armed));
        async move {
            is_armed.store(true, Ordering::SeqCst);
            sell_one(&database).await
        }
    });
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    let first = ask(&channel, keyed("key", "one")).await.unwrap_err();
    assert_eq!(reason_of(&first), Some(ErrorReason::ServiceUnavailable), "{first:?}");
    assert_eq!(shop.sold().await, 1, "what the caller was told is not what happened");
    let second = ask(&channel, keyed("key", "one")).await.unwrap_err();
    assert_eq!(reason_of(&second), Some(ErrorReason::Conflict));
    assert!(second.message().contains("its answer is lost"), "{second:?}");
    assert_eq!(shop.sold().await, 1);
}
