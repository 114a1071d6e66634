//! The separate program that verifies tokens with the published keys alone.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::NamedTempFile;

use super::launch::program;
use super::{Api, Product};

/// Judges tokens of one product, without ever asking it again.
pub struct Judge {
    keys: NamedTempFile,
    issuer: String,
    audience: String,
}

impl Judge {
    /// Fetches the published keys once.
    pub async fn of(product: &Product) -> Self {
        let api: Api = product.api();
        let jwks = api.get("/.well-known/jwks.json").await;
        assert_eq!(jwks.status, 200, "{}", jwks.text);
        let mut keys = NamedTempFile::new().expect("a file for the keys");
        keys.write_all(jwks.text.as_bytes()).expect("the keys are written");
        Self { keys, issuer: product.issuer().to_owned(), audience: product.audience().to_owned() }
    }

    /// One verdict for each token.
    pub fn verdicts(&self, tokens: &[&str]) -> Vec<Value> {
        let mut child = Command::new(program("offline-verifier"))
            .arg("--keys")
            .arg(self.keys.path())
            .args(["--issuer", &self.issuer, "--audience", &self.audience])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the verifier starts");
        let mut stdin = child.stdin.take().expect("its input is piped");
        stdin.write_all(tokens.join("\n").as_bytes()).expect("it reads the tokens");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).expect("its answers are text");
        text.lines().map(|line| serde_json::from_str(line).expect("an answer is JSON")).collect()
    }

    /// The verdict on one token.
    pub fn verdict(&self, token: &str) -> Value {
        self.verdicts(&[token]).remove(0)
    }
}
