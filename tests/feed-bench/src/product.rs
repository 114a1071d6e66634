//! The product as five processes on SQLite, from the release build beside this program.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Failure;

/// What services show each other here.
pub const SECRET: &str = "the-benches-act-as-a-service-with-this-one";

#[derive(Deserialize)]
struct Ready {
    http: String,
    grpc: BTreeMap<String, String>,
    pids: BTreeMap<String, u32>,
}

pub struct Product {
    process: Child,
    ready: Ready,
    _folder: TempDir,
}

impl Product {
    pub async fn start() -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("guildhall-bench-").tempdir()?;
        let program = std::env::current_exe()?.with_file_name("guildhall");
        let data = folder.path().join("data");
        let log = std::fs::File::create(folder.path().join("log"))?;
        let mut process = Command::new(&program)
            .args(["dev", "--as-services", "--stop-with-stdin"])
            .env_clear()
            .env("GUILDHALL_DATA_DIR", &data)
            .envs([
                ("GUILDHALL_HTTP_LISTEN", "127.0.0.1:0"),
                ("GUILDHALL_GRPC_LISTEN", "127.0.0.1:0"),
                ("GUILDHALL_OPS_LISTEN", "127.0.0.1:0"),
                ("GUILDHALL_SERVICE_SECRETS", SECRET),
                ("GUILDHALL_DEMO", "off"),
                ("GUILDHALL_RATE_LIMITS", "off"),
                ("GUILDHALL_SQLITE_DURABLE", "off"),
                ("GUILDHALL_LOG", "warn"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}; build it with --release first", program.display()))?;
        let output = process.stdout.take().ok_or("its output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let ready = loop {
            let Some(line) = lines.next_line().await? else {
                return Err(
                    format!("the product ended: {}", std::fs::read_to_string(folder.path().join("log"))?).into()
                );
            };
            if let Ok(ready) = serde_json::from_str(&line) {
                break ready;
            }
        };
        // Read to the end, so that the product never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { process, ready, _folder: folder })
    }

    /// The front door, with the path of the API.
    pub fn api(&self) -> String {
        format!("{}/api/v1", self.ready.http.trim_end_matches('/'))
    }

    pub fn identity(&self) -> Result<&str, Failure> {
        Ok(self.ready.grpc.get("identity").ok_or("no address of identity")?)
    }

    pub fn pid(&self, service: &str) -> Result<u32, Failure> {
        Ok(*self.ready.pids.get(service).ok_or("no such process")?)
    }

    pub async fn stop(mut self) -> Result<(), Failure> {
        drop(self.process.stdin.take());
        self.process.wait().await?;
        Ok(())
    }
}
