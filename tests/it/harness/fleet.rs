//! The five services, each behind a balancer, with replicas that come and go as in a cluster.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::balancer::Balancer;
use super::certificates::Certificates;
use super::deployment::{KEY, SERVICES, serve, upstream};
use super::launch::{Process, run_to_its_end};
use super::product::usual_settings;
use super::{Api, Rpc, assert_no_canary, eventually, ports};

/// How long a replica that was told to stop goes on serving, in seconds.
const DELAY: &str = "6";
/// How long the balancer takes to hear of it. It is a part of the scene: connections come to a replica that is leaving.
const HEARS_AFTER: Duration = Duration::from_secs(1);

/// A replica whose ports somebody took meanwhile is started again, so often at most.
const STARTS: usize = 3;

pub struct Fleet {
    balancers: BTreeMap<&'static str, Balancer>,
    settings: BTreeMap<String, String>,
    /// What services show each other, if they speak TLS.
    pub certificates: Option<Certificates>,
    folder: TempDir,
    // Last, so that they are there for as long as anything else is.
    replicas: BTreeMap<&'static str, Replica>,
}

struct Replica {
    process: Process,
    /// Where the balancer sends connections: to HTTP of the gateway, to gRPC of the others.
    front: SocketAddr,
    ops: SocketAddr,
}

impl Fleet {
    /// One replica of each service.
    pub async fn start() -> Self {
        Self::start_with(None, "warn").await
    }

    /// The same with a log of this level and above.
    pub async fn start_saying(level: &str) -> Self {
        Self::start_with(None, level).await
    }

    /// The same, where services speak TLS and let in their callers alone.
    pub async fn start_over_tls() -> Self {
        Self::start_with(Some(Certificates::new(&SERVICES)), "warn").await
    }

    async fn start_with(certificates: Option<Certificates>, log_level: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("guildhall-acceptance-").tempdir().expect("a temporary folder");
        let mut settings = usual_settings(&folder);
        settings.insert("GUILDHALL_ENVIRONMENT".to_owned(), "dev".to_owned());
        settings.insert("GUILDHALL_ENCRYPTION_KEY".to_owned(), KEY.to_owned());
        settings.insert("GUILDHALL_SHUTDOWN_DELAY_SECONDS".to_owned(), DELAY.to_owned());
        settings.insert("GUILDHALL_LOG".to_owned(), log_level.to_owned());
        let borrowed: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let migrated = run_to_its_end(&["migrate"], &borrowed).await;
        assert_eq!(migrated.code, Some(0), "{}", migrated.said);

        let scheme = if certificates.is_some() { "https" } else { "http" };
        let mut balancers = BTreeMap::new();
        for service in SERVICES {
            let balancer = Balancer::new().await;
            if service != "gateway" {
                settings.insert(upstream(service), format!("{scheme}://{}", balancer.address));
            }
            balancers.insert(service, balancer);
        }
        let mut fleet = Self { balancers, settings, certificates, folder, replicas: BTreeMap::new() };
        // All at once, and reachable before that: they are not ready without each other.
        let starting_in = &fleet;
        let starting = SERVICES.map(|service| async move {
            let replica = starting_in.listening(service).await;
            starting_in.balancers[service].add(replica.front);
            starting_in.is_ready(&replica).await;
            replica
        });
        fleet.replicas = SERVICES.into_iter().zip(join_all(starting).await).collect();
        fleet
    }

    /// Puts a new replica in the place of the old one: the new one is there before the old one is told to stop, which goes on
    /// getting connections for a while.
    pub async fn roll(&mut self, service: &'static str) {
        let new = self.listening(service).await;
        self.is_ready(&new).await;
        let balancer = &self.balancers[service];
        balancer.add(new.front);
        let mut old = self.replicas.insert(service, new).expect("it runs");
        tell_to_stop(service, &old);
        tokio::time::sleep(HEARS_AFTER).await;
        balancer.remove(old.front);
        self.has_stopped(service, &mut old).await;
    }

    async fn has_stopped(&self, service: &str, old: &mut Replica) {
        let status =
            eventually(&format!("{service} stops"), async || old.process.try_wait().expect("its status")).await;
        assert!(status.success(), "{service} stopped with {status}\n{}", self.log());
    }

    /// Puts new replicas of all services in the place of the old ones at once, as when a Secret that all of them read has changed.
    pub async fn roll_all(&mut self) {
        let rolling = &*self;
        let starting = SERVICES.map(|service| async move {
            let replica = rolling.listening(service).await;
            rolling.is_ready(&replica).await;
            (service, replica)
        });
        let mut leaving = Vec::new();
        for (service, new) in join_all(starting).await {
            self.balancers[service].add(new.front);
            leaving.push((service, self.replicas.insert(service, new).expect("it runs")));
        }
        for (service, old) in &leaving {
            tell_to_stop(service, old);
        }
        tokio::time::sleep(HEARS_AFTER).await;
        for (service, old) in &mut leaving {
            self.balancers[service].remove(old.front);
        }
        for (service, old) in &mut leaving {
            self.has_stopped(service, old).await;
        }
    }

    /// A setting that every replica has which is started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// What every service tells operators in its numbers.
    pub async fn numbers(&self) -> BTreeMap<&'static str, String> {
        let mut told = BTreeMap::new();
        for (service, replica) in &self.replicas {
            let answer = reqwest::get(format!("http://{}/metrics", replica.ops)).await.expect("an answer");
            told.insert(*service, answer.text().await.expect("its text"));
        }
        told
    }

    /// Where the calls of a service are answered.
    pub fn grpc(&self, service: &str) -> SocketAddr {
        self.balancers[service].address
    }

    /// Starts one and waits until it takes connections. Where somebody else took its ports meanwhile, it gets others.
    async fn listening(&self, service: &'static str) -> Replica {
        for _ in 0..STARTS {
            let mut replica = self.spawn(service);
            let (front, ops) = (replica.front, replica.ops);
            let listens = eventually(&format!("{service} listens"), async || {
                let has_ended = replica.process.try_wait().expect("its status").is_some();
                if has_ended {
                    return Some(false);
                }
                let both = tokio::try_join!(TcpStream::connect(front), TcpStream::connect(ops));
                both.is_ok().then_some(true)
            })
            .await;
            // Where it ended, what answers there is somebody else.
            if listens && replica.process.try_wait().expect("its status").is_none() {
                return replica;
            }
            assert!(self.log().contains("cannot listen on"), "{service} has ended\n{}", self.log());
        }
        panic!("{service} found no ports in {STARTS} starts\n{}", self.log());
    }

    fn spawn(&self, service: &'static str) -> Replica {
        let (http, grpc, ops) = (ports::free(), ports::free(), ports::free());
        let mut settings = self.settings.clone();
        settings.insert("GUILDHALL_HTTP_LISTEN".to_owned(), http.to_string());
        settings.insert("GUILDHALL_GRPC_LISTEN".to_owned(), grpc.to_string());
        settings.insert("GUILDHALL_OPS_LISTEN".to_owned(), ops.to_string());
        settings.extend(self.certificates.iter().flat_map(|certificates| certificates.settings(service)));
        let process = serve(service, &settings, &self.folder.path().join("log"));
        Replica { process, front: if service == "gateway" { http } else { grpc }, ops }
    }

    /// Serves, and hears what is taken away.
    async fn is_ready(&self, replica: &Replica) {
        let ask = async |path: &str| reqwest::get(format!("http://{}{path}", replica.ops)).await.ok();
        eventually(&format!("{} is ready", replica.ops), async || {
            let is_ready = ask("/readyz").await?.status().is_success();
            let numbers = ask("/metrics").await?.text().await.ok()?;
            (is_ready && !numbers.lines().any(|line| line == "guildhall_revocation_feed_state 2")).then_some(())
        })
        .await;
    }

    /// The front door.
    pub fn api(&self) -> Api {
        Api::new(&format!("http://{}", self.balancers["gateway"].address))
    }

    /// Its gRPC front doors.
    pub fn rpc(&self) -> Rpc {
        let addresses = self.balancers.iter().filter(|(service, _)| **service != "gateway");
        let url_of =
            |(service, balancer): (&&str, &Balancer)| ((*service).to_owned(), format!("http://{}", balancer.address));
        Rpc::new(&addresses.map(url_of).collect())
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn tell_to_stop(service: &str, replica: &Replica) {
    let pid = replica.process.id();
    let told = Command::new("sh").arg("-c").arg(format!("kill -TERM {pid}")).status().expect("sh runs");
    assert!(told.success(), "{service} could not be told to stop");
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the fleet has logged:\n{}", self.log());
        } else {
            assert_no_canary(&self.log(), "the log");
        }
    }
}
