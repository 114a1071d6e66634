//! What tokens are judged by.

use serde_json::{Value, json};

use super::Operator;
use crate::domain::key_state::KeyState;
use crate::error::OperatorError;
use crate::store::signing_keys;

pub async fn published_keys(operator: &Operator) -> Result<String, OperatorError> {
    let mut published: Vec<Value> = Vec::new();
    for stored in signing_keys::list(operator.database.reader()).await? {
        if stored.state != KeyState::Retired {
            let key = serde_json::from_str(&stored.public_jwk).map_err(|error| OperatorError::Broken(error.into()))?;
            published.push(key);
        }
    }
    Ok(json!({ "keys": published }).to_string())
}
