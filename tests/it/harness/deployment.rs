//! The five services as processes of their own, with a wire between two of them that can be cut.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;

use super::launch::{Ending, Process, guildhall, run_to_its_end};
use super::product::usual_settings;
use super::proxy::Proxy;
use super::{Api, Rpc, assert_no_canary, eventually, ports};

pub(super) const SERVICES: [&str; 5] = ["identity", "organizations", "invitations", "billing-context", "gateway"];
/// Thirty-two bytes in base64.
pub(super) const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Where the processes listen.
struct Ports {
    http: SocketAddr,
    grpc: BTreeMap<&'static str, SocketAddr>,
    ops: BTreeMap<&'static str, SocketAddr>,
}

pub struct Deployment {
    ports: Ports,
    /// What `caller` says to `callee` goes through it.
    pub proxy: Proxy,
    folder: TempDir,
    settings: BTreeMap<&'static str, BTreeMap<String, String>>,
    // Last, so that they are there for as long as anything else is.
    processes: BTreeMap<&'static str, Process>,
}

impl Deployment {
    /// Starts everything, with a proxy on the way from one service to another.
    pub async fn with_a_wire(caller: &str, callee: &str) -> Self {
        Self::with_a_wire_and(caller, callee, &[]).await
    }

    /// The same, with these settings of the caller's beside the usual ones.
    pub async fn with_a_wire_and(caller: &str, callee: &str, callers: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("guildhall-acceptance-").tempdir().expect("a temporary folder");
        let mut settings = usual_settings(&folder);
        settings.insert("GUILDHALL_ENVIRONMENT".to_owned(), "dev".to_owned());
        settings.insert("GUILDHALL_ENCRYPTION_KEY".to_owned(), KEY.to_owned());
        let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let migrated = run_to_its_end(&["migrate"], &borrowed).await;
        assert_eq!(migrated.code, Some(0), "{}", migrated.said);

        let ports = Ports::choose();
        let proxy = Proxy::to(ports.grpc[callee]).await;
        let log = folder.path().join("log");
        let (mut settings_of, mut processes) = (BTreeMap::new(), BTreeMap::new());
        for service in SERVICES {
            let mut own = settings.clone();
            own.extend(ports.of(service));
            if service == caller {
                own.insert(upstream(callee), format!("http://{}", proxy.address));
                own.extend(callers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            }
            processes.insert(service, serve(service, &own, &log));
            settings_of.insert(service, own);
        }
        let deployment = Self { ports, proxy, folder, settings: settings_of, processes };
        for service in SERVICES {
            deployment.is_ready(service).await;
        }
        deployment
    }

    /// Starts everything on databases that nobody has made yet.
    pub async fn before_migrations(own: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("guildhall-acceptance-").tempdir().expect("a temporary folder");
        let mut settings = usual_settings(&folder);
        settings.insert("GUILDHALL_ENVIRONMENT".to_owned(), "dev".to_owned());
        settings.insert("GUILDHALL_ENCRYPTION_KEY".to_owned(), KEY.to_owned());
        settings.extend(own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let ports = Ports::choose();
        let proxy = Proxy::to(ports.grpc["organizations"]).await;
        let log = folder.path().join("log");
        let (mut settings_of, mut processes) = (BTreeMap::new(), BTreeMap::new());
        for service in SERVICES {
            let mut own = settings.clone();
            own.extend(ports.of(service));
            processes.insert(service, serve(service, &own, &log));
            settings_of.insert(service, own);
        }
        Self { ports, proxy, folder, settings: settings_of, processes }
    }

    /// Runs one of the operator's commands beside it, with settings of its own.
    pub async fn operate(&self, arguments: &[&str], own: &[(&str, &str)]) -> Ending {
        let settings = self.settings["identity"].iter().map(|(name, value)| (name.as_str(), value.as_str()));
        run_to_its_end(arguments, &settings.chain(own.iter().copied()).collect::<Vec<_>>()).await
    }

    /// Where the operator's port of a service answers.
    pub fn ops(&self, service: &str) -> String {
        format!("http://{}", self.ports.ops[service])
    }

    /// Where the calls of a service are answered.
    pub fn grpc(&self, service: &str) -> String {
        format!("http://{}", self.ports.grpc[service])
    }

    pub async fn is_ready(&self, service: &str) {
        let ready = format!("http://{}/readyz", self.ports.ops[service]);
        eventually(&format!("{ready} says yes"), async || {
            let answer = reqwest::get(&ready).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
    }

    /// Ends a service at once, as `kill -9` does.
    pub fn kill_9(&mut self, service: &str) {
        drop(self.processes.remove(service).expect("it runs"));
    }

    /// A setting that a service has from its next start on.
    pub fn set(&mut self, service: &str, name: &str, value: &str) {
        self.settings.get_mut(service).expect("a service").insert(name.to_owned(), value.to_owned());
    }

    /// Starts a service that was killed, where it was.
    pub async fn start_again(&mut self, service: &'static str) {
        let process = serve(service, &self.settings[service], &self.folder.path().join("log"));
        self.processes.insert(service, process);
        self.is_ready(service).await;
    }

    /// The files of a service that is not running, if its database is in files.
    fn database_files(&self, service: &str) -> Vec<PathBuf> {
        let data = self.folder.path().join("data");
        ["", "-wal", "-shm"].map(|end| data.join(format!("{service}.db{end}"))).into()
    }

    /// A copy of the database of a service that is not running.
    pub fn backup(&self, service: &str) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        let files = self.database_files(service).into_iter();
        files.map(|file| (file.clone(), std::fs::read(&file).ok())).collect()
    }

    /// Puts a copy in the place of the database of a service that is not running.
    pub fn put_back(&self, copy: &[(PathBuf, Option<Vec<u8>>)]) {
        for (file, content) in copy {
            match content {
                Some(content) => std::fs::write(file, content).expect("the file is written"),
                None if file.exists() => std::fs::remove_file(file).expect("the file is removed"),
                None => (),
            }
        }
    }

    /// Whether a process hears what is taken away: 0 is fresh, 1 lagging, 2 blind.
    pub async fn feed_state(&self, service: &str) -> Option<u8> {
        let answer = reqwest::get(format!("http://{}/metrics", self.ports.ops[service])).await.ok()?;
        let numbers = answer.text().await.ok()?;
        numbers.lines().find_map(|line| line.strip_prefix("guildhall_revocation_feed_state ")?.parse().ok())
    }

    /// Its gRPC front doors, past every wire.
    pub fn rpc(&self) -> Rpc {
        let addresses = self.ports.grpc.iter();
        Rpc::new(&addresses.map(|(service, address)| ((*service).to_owned(), format!("http://{address}"))).collect())
    }

    /// The front door.
    pub fn api(&self) -> Api {
        Api::new(&format!("http://{}", self.ports.http))
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the deployment has logged:\n{}", self.log());
        } else {
            assert_no_canary(&self.log(), "the log");
        }
    }
}

impl Ports {
    fn choose() -> Self {
        let of_each = || SERVICES.into_iter().map(|service| (service, ports::free())).collect();
        Self { http: ports::free(), grpc: of_each(), ops: of_each() }
    }

    /// The settings that tell a service where it and the others are.
    fn of(&self, service: &str) -> BTreeMap<String, String> {
        let own = [
            ("GUILDHALL_HTTP_LISTEN".to_owned(), self.http.to_string()),
            ("GUILDHALL_GRPC_LISTEN".to_owned(), self.grpc[service].to_string()),
            ("GUILDHALL_OPS_LISTEN".to_owned(), self.ops[service].to_string()),
        ];
        let others = self.grpc.iter().filter(|(other, _)| **other != "gateway");
        own.into_iter().chain(others.map(|(other, address)| (upstream(other), format!("http://{address}")))).collect()
    }
}

pub(super) fn upstream(service: &str) -> String {
    format!("GUILDHALL_UPSTREAM_{}", service.replace('-', "_").to_uppercase())
}

pub(super) fn serve(service: &str, settings: &BTreeMap<String, String>, log: &Path) -> Process {
    let stderr = OpenOptions::new().create(true).append(true).open(log).expect("a file for the log");
    let settings = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let child = guildhall(&["serve", service, "--stop-with-stdin"], settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .expect("the binary starts");
    Process(child)
}
