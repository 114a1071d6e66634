//! The five services as child processes of a development machine.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::CommandError;
use crate::probe::ask;
use crate::ready::{Ready, SERVICES};
use crate::settings::Settings;

const START_WITHIN: Duration = Duration::from_secs(60);
/// The longest delay, and the forty seconds that finishing may take.
const STOP_WITHIN: Duration = Duration::from_secs(100);

/// Which process listens where.
pub struct Plan {
    pub gateway: SocketAddr,
    grpc: BTreeMap<&'static str, SocketAddr>,
    ops: BTreeMap<&'static str, SocketAddr>,
}

/// Running children.
pub struct Processes {
    plan: Plan,
    children: Vec<(&'static str, Child)>,
}

impl Processes {
    /// Gives each service ports: the configured ones and those that follow, or free ones for port 0.
    pub async fn plan(settings: &Settings) -> Result<Plan, CommandError> {
        // Held until every port is chosen, so that none is chosen twice.
        let mut held = Vec::new();
        let gateway = choose(settings.http_listen, 0, &mut held).await?;
        let (mut grpc, mut ops) = (BTreeMap::new(), BTreeMap::new());
        for (offset, service) in (0..).zip(SERVICES) {
            grpc.insert(service, choose(settings.grpc_listen, offset, &mut held).await?);
            ops.insert(service, choose(settings.ops_listen, offset, &mut held).await?);
        }
        Ok(Plan { gateway, grpc, ops })
    }

    /// Starts `guildhall serve` for each service. The children stop when this process ends, however it ends.
    pub fn start(plan: Plan, settings: &Settings, settings_file: Option<&Path>) -> Result<Self, CommandError> {
        let program = std::env::current_exe()?;
        let mut children = Vec::new();
        for service in SERVICES {
            let mut command = Command::new(&program);
            command.args(["serve", service, "--stop-with-stdin"]);
            if let Some(file) = settings_file {
                command.arg("--config").arg(file);
            }
            command
                .env("GUILDHALL_ENVIRONMENT", "dev")
                .env("GUILDHALL_DATA_DIR", &settings.data_dir)
                .env("GUILDHALL_HTTP_LISTEN", plan.gateway.to_string())
                .env("GUILDHALL_GRPC_LISTEN", plan.grpc[service].to_string())
                .env("GUILDHALL_OPS_LISTEN", plan.ops[service].to_string());
            if let Some(public_url) = &settings.public_url {
                command.env("GUILDHALL_PUBLIC_URL", public_url);
            }
            for (upstream, address) in &plan.grpc {
                if *upstream != "gateway" {
                    let setting = format!("GUILDHALL_UPSTREAM_{}", upstream.replace('-', "_").to_uppercase());
                    command.env(setting, format!("http://{address}"));
                }
            }
            // A group of its own: an interrupt at the terminal reaches this process, which then stops the children in order.
            let child = command.stdin(Stdio::piped()).process_group(0).kill_on_drop(true).spawn()?;
            children.push((service, child));
        }
        Ok(Self { plan, children })
    }

    /// Resolves once each child says that it is ready.
    pub async fn wait_until_ready(&mut self) -> Result<(), CommandError> {
        let addresses: Vec<SocketAddr> = self.plan.ops.values().copied().collect();
        let all_ready = async {
            for address in addresses {
                while !is_ready(address).await {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        };
        tokio::select! {
            ended = self.any_ended() => Err(ended),
            ready = tokio::time::timeout(START_WITHIN, all_ready) => {
                ready.map_err(|_| "the services did not get ready in time; see their log lines above".into())
            }
        }
    }

    /// Resolves when a child ends by itself, which it should not.
    pub async fn any_ended(&mut self) -> CommandError {
        loop {
            for (service, child) in &mut self.children {
                match child.try_wait() {
                    Ok(Some(status)) => return format!("the {service} process has ended: {status}").into(),
                    Ok(None) => {}
                    Err(error) => return error.into(),
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends the children in good order: the gateway first, then those it calls.
    pub async fn stop(mut self) -> Result<(), CommandError> {
        for (service, child) in self.children.iter_mut().rev() {
            drop(child.stdin.take());
            let Ok(status) = tokio::time::timeout(STOP_WITHIN, child.wait()).await else {
                return Err(format!("the {service} process did not stop in time").into());
            };
            if !status?.success() {
                return Err(format!("the {service} process ended with an error").into());
            }
        }
        Ok(())
    }

    /// Where the gateway answers HTTP.
    pub const fn gateway(&self) -> SocketAddr {
        self.plan.gateway
    }

    /// URL of each service's gRPC port.
    pub fn urls(&self) -> BTreeMap<&'static str, String> {
        self.plan.grpc.iter().map(|(service, address)| (*service, format!("http://{address}"))).collect()
    }

    /// Tells where everything listens.
    pub fn describe(&self, ready: &mut Ready) {
        ready.grpc = self.urls();
        ready.ops = self.plan.ops.iter().map(|(service, address)| (*service, format!("http://{address}"))).collect();
        ready.pids = self.children.iter().filter_map(|(service, child)| Some((*service, child.id()?))).collect();
    }
}

async fn choose(base: SocketAddr, offset: u16, held: &mut Vec<TcpListener>) -> Result<SocketAddr, CommandError> {
    if base.port() != 0 {
        return Ok(SocketAddr::new(
            base.ip(),
            base.port().checked_add(offset).ok_or("the port is too high for five services")?,
        ));
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    held.push(listener);
    Ok(address)
}

/// Whether it serves and hears what is taken away, so that nobody's token is refused for its being new here.
async fn is_ready(ops: SocketAddr) -> bool {
    let ops = ops.to_string();
    let is_ready = ask(&ops, "/readyz").await.is_ok_and(|answer| answer.is_ok());
    let is_blind = |numbers: &str| numbers.lines().any(|line| line == "guildhall_revocation_feed_state 2");
    is_ready && ask(&ops, "/metrics").await.is_ok_and(|numbers| !is_blind(&numbers.body))
}
