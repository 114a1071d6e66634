//! The product as a process: started as an operator would, stopped in order or killed.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};

use serde::Deserialize;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::launch::{Ending, Process, guildhall, run_to_its_end};
use super::{Api, Person, Rpc, Storage, assert_no_canary, eventually, unique};

/// What the services show each other, and what tests show to call as a service.
pub const SERVICE_SECRET: &str = "the-acceptance-tests-act-as-a-service-with-this";

const ISSUER: &str = "https://accounts.acceptance.test";
const PUBLIC_URL: &str = "https://acceptance.test";

static SHARED: OnceCell<Product> = OnceCell::const_new();

/// The line that the product prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    event: String,
    http: String,
    ops: BTreeMap<String, String>,
    grpc: BTreeMap<String, String>,
    pids: BTreeMap<String, u32>,
    issuer: String,
    audience: String,
}

pub struct Product {
    settings: BTreeMap<String, String>,
    server_key: OnceCell<String>,
    process: Process,
    ready: Ready,
    folder: TempDir,
    /// How far the log was searched for canaries.
    read_to: Mutex<u64>,
}

impl Product {
    /// The product that the tests of this process share. It stops when the process ends, because its
    /// standard input closes then.
    pub async fn shared() -> &'static Self {
        let shared = SHARED.get_or_init(|| Self::own(&[("GUILDHALL_LOG", "debug")])).await;
        shared.assert_no_canary_since_last_time();
        shared
    }

    /// A product of one's own, with settings beside the usual ones.
    pub async fn own(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("guildhall-acceptance-").tempdir().expect("a temporary folder");
        let mut all = usual_settings(&folder);
        all.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (process, ready) = start(&all, &folder).await;
        Self { settings: all, server_key: OnceCell::new(), process, ready, folder, read_to: Mutex::default() }
    }

    /// Closes standard input and waits until everything has ended in order.
    pub async fn stop(&mut self) {
        self.process.stdin = None;
        let status = eventually("the product stops", async || self.process.try_wait().expect("its status")).await;
        assert!(status.success(), "the product stopped with {status}\n{}", self.log());
        self.assert_ledgers_add_up().await;
    }

    /// Kills a service at once: its own process, or the one that runs them all.
    pub fn kill_9(&self, service: &str) {
        self.signal(service, "KILL");
    }

    /// Sends this signal to the process of a service.
    pub fn signal(&self, service: &str, signal: &str) {
        let pids = &self.ready.pids;
        let pid = pids.get(service).or_else(|| pids.get("guildhall")).expect("the process of the service");
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {pid}")).status().expect("sh runs");
        assert!(sent.success(), "process {pid} could not be sent {signal}");
    }

    /// From its next start on it has this setting, or `None` of it.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.settings.insert(name.to_owned(), value.to_owned()),
            None => self.settings.remove(name),
        };
    }

    /// Waits until it has ended by itself; answers how.
    pub async fn ended(&mut self) -> ExitStatus {
        eventually("the product ends", async || self.process.try_wait().expect("its status")).await
    }

    /// Waits until it has died by itself.
    pub async fn died(&mut self) {
        let status = self.ended().await;
        assert!(!status.success(), "the product stopped in order instead of dying");
    }

    /// Starts again with the same data, and waits until it has died by itself, be it before it is ready.
    pub async fn start_again_and_die(&mut self) {
        self.process.stdin = None;
        eventually("what is left of the product stops", async || self.process.try_wait().expect("its status")).await;
        self.process = spawn(&self.settings, &self.folder.path().join("log"));
        self.died().await;
    }

    /// Starts again with the same data, whatever is left of the former run.
    pub async fn start_again(&mut self) {
        self.process.stdin = None;
        eventually("what is left of the product stops", async || self.process.try_wait().expect("its status")).await;
        (self.process, self.ready) = start(&self.settings, &self.folder).await;
    }

    /// Runs one of the operator's commands beside it; answers what it printed.
    pub async fn operate(&self, arguments: &[&str]) -> Ending {
        self.operate_with(arguments, &[]).await
    }

    /// The same with settings of its own.
    pub async fn operate_with(&self, arguments: &[&str], own: &[(&str, &str)]) -> Ending {
        // What `dev` allows is allowed to its commands only if they are told so.
        let mut settings: Vec<_> = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        settings.push(("GUILDHALL_ENVIRONMENT", "dev"));
        settings.extend(own);
        run_to_its_end(arguments, &settings).await
    }

    /// One of the operator's commands beside it, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let settings = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut command = guildhall(arguments, settings.chain([("GUILDHALL_ENVIRONMENT", "dev")]));
        command.stdin(Stdio::null());
        command
    }

    /// Gives a platform role to somebody, who takes tokens that know of it.
    pub async fn make_administrator(&self, person: &mut Person, role: &str) {
        let ending = self.operate(&["admin", "grant", "--email", &person.email, "--role", role]).await;
        assert_eq!(ending.code, Some(0), "{}", ending.said);
        person.refresh(serde_json::json!({})).await;
    }

    /// A server API key that may do everything with credits, made at the command line.
    pub async fn server_key(&self) -> &str {
        self.server_key
            .get_or_init(|| self.new_server_key(&["billing:charge", "billing:deposit", "billing:read"]))
            .await
    }

    /// A new key with these scopes.
    pub async fn new_server_key(&self, scopes: &[&str]) -> String {
        let mut arguments = vec!["api-keys", "create", "--quiet", "--name", "acceptance tests"];
        arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
        let ending = self.operate(&arguments).await;
        assert_eq!(ending.code, Some(0), "{}", ending.said);
        ending.said.trim().to_owned()
    }

    /// Every ledger explains its balance.
    pub async fn assert_ledgers_add_up(&self) {
        let ending = self.operate(&["billing", "verify"]).await;
        assert_eq!(ending.code, Some(0), "{}", ending.said);
    }

    /// Where its HTTP front door is.
    pub fn address(&self) -> &str {
        self.ready.http.trim_end_matches('/')
    }

    /// Its HTTP front door.
    pub fn api(&self) -> Api {
        Api::new(&self.ready.http)
    }

    /// Its gRPC front doors.
    pub fn rpc(&self) -> Rpc {
        Rpc::new(&self.ready.grpc)
    }

    /// Addresses of the operator's ports by service.
    pub const fn ops(&self) -> &BTreeMap<String, String> {
        &self.ready.ops
    }

    /// The URL at which calls of a service are answered.
    pub fn grpc_of(&self, service: &str) -> String {
        self.ready.grpc[service].clone()
    }

    /// The data folder that it had at its first start.
    pub fn first_data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.ready.issuer
    }

    /// The `aud` of tokens for the default app.
    pub fn audience(&self) -> &str {
        &self.ready.audience
    }

    /// What a service has stored, past the service.
    pub async fn storage(&self, service: &str) -> Storage {
        Storage::of(&self.settings, service).await
    }

    /// Everything that it has logged.
    /// Reads of the log, which grows long, what nobody has read yet.
    fn assert_no_canary_since_last_time(&self) {
        let mut read_to = self.read_to.lock().expect("how far the log was read");
        let mut log = File::open(self.folder.path().join("log")).expect("the log");
        log.seek(SeekFrom::Start(*read_to)).expect("a place in the log");
        let mut new = Vec::new();
        let length = log.read_to_end(&mut new).expect("the log");
        assert_no_canary(&String::from_utf8_lossy(&new), "the log");
        // The last line may not be whole yet.
        let last_line = new.iter().rposition(|byte| *byte == b'\n').map_or(length, |end| length - end - 1);
        *read_to += (length - last_line) as u64;
    }

    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the product has logged:\n{}", self.log());
            return;
        }
        assert_no_canary(&self.log(), "the log");
        // Whether it was stopped, killed, or is running still.
        let verified = self.command(&["billing", "verify"]).output().expect("the command runs");
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    }
}

pub(super) fn usual_settings(folder: &TempDir) -> BTreeMap<String, String> {
    let data = folder.path().join("data").display().to_string();
    let mut settings: BTreeMap<String, String> = [
        ("GUILDHALL_DATA_DIR", data.as_str()),
        ("GUILDHALL_HTTP_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_GRPC_LISTEN", "127.0.0.1:0"),
        ("GUILDHALL_OPS_LISTEN", "127.0.0.1:0"),
        // Ports change with every start; what is signed and mailed must not.
        ("GUILDHALL_ISSUER", ISSUER),
        ("GUILDHALL_PUBLIC_URL", PUBLIC_URL),
        ("GUILDHALL_APPS", "guildhall=https://shop.example"),
        ("GUILDHALL_SERVICE_SECRETS", SERVICE_SECRET),
        ("GUILDHALL_SQLITE_DURABLE", "off"),
        ("GUILDHALL_PASSWORD_MEMORY_KIB", "8"),
        ("GUILDHALL_PASSWORD_PASSES", "1"),
        ("GUILDHALL_DEMO", "off"),
        // Most tests try more often than people do.
        ("GUILDHALL_RATE_LIMITS", "off"),
        ("GUILDHALL_LOG", "warn"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if let Ok(size) = std::env::var("TEST_POOL_SIZE") {
        settings.insert("GUILDHALL_DATABASE_POOL".to_owned(), size);
    }
    match std::env::var("TEST_DATABASE").as_deref() {
        Ok("postgres") => {
            let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names the cluster to test on");
            settings.insert("GUILDHALL_DATABASE_URL".to_owned(), server);
            settings.insert("GUILDHALL_DATABASE_PREFIX".to_owned(), format!("t{}", unique()));
        }
        Ok("sqlite") | Err(_) => {}
        Ok(other) => panic!("TEST_DATABASE is sqlite or postgres, not {other}"),
    }
    settings
}

/// Whether the databases are Postgres'.
pub fn is_postgres() -> bool {
    std::env::var("TEST_DATABASE").as_deref() == Ok("postgres")
}

/// Whether the services are processes of their own.
pub fn is_five() -> bool {
    match std::env::var("TEST_TOPOLOGY").as_deref() {
        Ok("five") => true,
        Ok("one") | Err(_) => false,
        Ok(other) => panic!("TEST_TOPOLOGY is one or five, not {other}"),
    }
}

async fn start(settings: &BTreeMap<String, String>, folder: &TempDir) -> (Process, Ready) {
    let log = folder.path().join("log");
    for _ in 0..5 {
        let before = std::fs::read_to_string(&log).unwrap_or_default().len();
        match try_to_start(settings, &log).await {
            Ok(started) => return started,
            Err(status) => {
                let said = std::fs::read_to_string(&log).unwrap_or_default().split_off(before);
                // The ports of five processes are chosen before they are taken; in between others can take them.
                assert!(is_five() && said.contains("cannot listen on"), "the product ended with {status}\n{said}");
            }
        }
    }
    panic!("the product found no free ports");
}

fn spawn(settings: &BTreeMap<String, String>, log: &Path) -> Process {
    let stderr = OpenOptions::new().create(true).append(true).open(log).expect("a file for the log");
    let settings = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let arguments: &[&str] =
        if is_five() { &["dev", "--as-services", "--stop-with-stdin"] } else { &["dev", "--stop-with-stdin"] };
    let child = guildhall(arguments, settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .expect("the binary starts");
    Process(child)
}

async fn try_to_start(settings: &BTreeMap<String, String>, log: &Path) -> Result<(Process, Ready), ExitStatus> {
    let mut process = spawn(settings, log);
    let lines = lines_of(process.stdout.take().expect("its output is piped"));
    let ready = eventually("the product is ready", async || {
        if let Some(status) = process.try_wait().expect("its status") {
            return Some(Err(status));
        }
        lines.try_iter().find_map(|line| serde_json::from_str::<Ready>(&line).ok()).map(Ok)
    })
    .await?;
    assert_eq!(ready.event, "ready");
    Ok((process, ready))
}

/// Reads on to the end, so that the product never waits for a reader.
fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody listens once the product is ready.
            let _ = sender.send(line);
        }
    });
    receiver
}
