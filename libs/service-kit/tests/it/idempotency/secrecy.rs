//! What the database tells of calls under keys.

use prost_types::method_options::IdempotencyLevel;
use sea_orm::{ConnectionTrait, Statement};
use test_kit::bearer;
use uuid::Uuid;

use super::shop::{Shop, keyed, sell_one, under};
use crate::stub::{Stub, ask, message};

const COLUMNS: [&str; 3] = ["scope", "message", "answer"];
const PASSWORD: &str = "a password in the message";
const TOKEN: &str = "a token in the answer";

/// Every text and byte of the table, by row.
async fn rows(shop: &Shop) -> Vec<Vec<Vec<u8>>> {
    let reader = shop.database.reader();
    let all = Statement::from_string(
        reader.get_database_backend(),
        format!("SELECT {} FROM idempotency_keys ORDER BY expires_ms, scope", COLUMNS.join(", ")),
    );
    let rows = reader.query_all_raw(all).await.unwrap();
    let bytes = |row: &sea_orm::QueryResult| COLUMNS.map(|column| row.try_get("", column).unwrap()).to_vec();
    rows.iter().map(bytes).collect()
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn neither_key_nor_message_nor_answer_nor_caller_can_be_read() {
    let shop = Shop::open().await;
    let database = shop.database.clone();
    let stub = Stub::new(move |_| {
        let database = database.clone();
        async move { Ok(format!("{TOKEN} {}", sell_one(&database).await?)) }
    });
    let channel = shop.doing(stub, shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    let user = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
    for _ in 0..2 {
        let request = under("a-key-of-mine", bearer(message(PASSWORD).into_inner(), &shop.issuer.token(user)));
        assert_eq!(ask(&channel, request).await.unwrap(), format!("{TOKEN} sale 1"));
    }
    let rows = rows(&shop).await;
    assert_eq!(rows.len(), 1);
    let user_in_words = user.to_string();
    let secrets: [&[u8]; 6] =
        [PASSWORD.as_bytes(), TOKEN.as_bytes(), b"sale", b"a-key-of-mine", user.as_bytes(), user_in_words.as_bytes()];
    for secret in secrets {
        assert!(!rows[0].iter().any(|column| holds(column, secret)), "{}", String::from_utf8_lossy(secret));
    }
}

#[tokio::test]
async fn equal_messages_and_answers_look_different_under_different_keys() {
    let shop = Shop::open().await;
    let channel = shop.doing(Stub::echo(), shop.idempotency(IdempotencyLevel::IdempotencyUnknown)).in_process();
    ask(&channel, keyed("one", PASSWORD)).await.unwrap();
    ask(&channel, keyed("two", PASSWORD)).await.unwrap();
    let rows = rows(&shop).await;
    assert_eq!(rows.len(), 2);
    for (column, name) in COLUMNS.into_iter().enumerate() {
        assert_ne!(rows[0][column], rows[1][column], "{name}");
    }
}
