//! Channels to the four services that own facts.

use std::collections::BTreeMap;

use service_kit::idempotency::Methods;
use service_kit::settings::{invalid, missing};
use service_kit::trust::ServiceSecrets;
use service_kit::{Channel, Lanes, Microservice, Tls};

use crate::CommandError;
use crate::command_line::Served;
use crate::settings::UpstreamUrls;

/// A gateway tells two thousand programs at once what is taken away.
const LANES: usize = 20;

/// What is wrong with such a URL.
pub const CALLED_PLAINLY: &str = "called in plain text although GUILDHALL_UPSTREAM_CA_PATH is set; begin its URL with https://, or leave that setting out";

/// Whether whoever set this up may believe that a call there goes over TLS, and it does not.
pub fn is_plain_beside_tls(url: &str, tls: &Tls) -> bool {
    tls.is_calling() && url.starts_with("http://")
}

/// How to call each service.
#[derive(Clone)]
pub struct Doors {
    pub identity: Channel,
    pub organizations: Channel,
    pub invitations: Channel,
    pub billing_context: Channel,
    /// Identity, for streams that last.
    pub revocations: Lanes,
}

impl Doors {
    /// Over sockets, to these URLs by service.
    pub fn remote(urls: &BTreeMap<&'static str, String>, secrets: &ServiceSecrets) -> Result<Self, CommandError> {
        let plain = &Tls::none();
        let url_of = |service: &str| urls.get(service).map(String::as_str);
        Ok(Self {
            identity: remote("upstream_identity", url_of("identity"), (secrets, plain))?,
            organizations: remote("upstream_organizations", url_of("organizations"), (secrets, plain))?,
            invitations: remote("upstream_invitations", url_of("invitations"), (secrets, plain))?,
            billing_context: remote("upstream_billing_context", url_of("billing-context"), (secrets, plain))?,
            revocations: lanes("upstream_identity", url_of("identity"), (secrets, plain))?,
        })
    }
}

/// Opens the doors that a service asks for, and no others: a setting is needed only by whom it serves.
pub struct RemoteDoors<'settings> {
    pub urls: &'settings UpstreamUrls,
    pub secrets: &'settings ServiceSecrets,
    pub tls: &'settings Tls,
}

impl RemoteDoors<'_> {
    pub fn identity(&self) -> Result<Channel, CommandError> {
        remote("upstream_identity", self.urls.identity.as_deref(), (self.secrets, self.tls))
    }

    pub fn revocations(&self) -> Result<Lanes, CommandError> {
        lanes("upstream_identity", self.urls.identity.as_deref(), (self.secrets, self.tls))
    }

    pub fn organizations(&self) -> Result<Channel, CommandError> {
        remote("upstream_organizations", self.urls.organizations.as_deref(), (self.secrets, self.tls))
    }

    pub fn invitations(&self) -> Result<Channel, CommandError> {
        remote("upstream_invitations", self.urls.invitations.as_deref(), (self.secrets, self.tls))
    }

    /// Whether every door that such a process opens is named by a usable URL.
    pub fn check(&self, what: Served) -> Result<(), CommandError> {
        let callees: &[&str] = match what {
            Served::All => &[],
            Served::Identity => &["organizations", "billing-context"],
            Served::Organizations => &["identity"],
            Served::Invitations | Served::BillingContext => &["organizations", "identity"],
            Served::Gateway => &["identity", "organizations", "invitations", "billing-context"],
        };
        for callee in callees {
            match *callee {
                "identity" => self.identity()?,
                "organizations" => self.organizations()?,
                "invitations" => self.invitations()?,
                _ => self.billing_context()?,
            };
        }
        Ok(())
    }

    pub fn billing_context(&self) -> Result<Channel, CommandError> {
        remote("upstream_billing_context", self.urls.billing_context.as_deref(), (self.secrets, self.tls))
    }
}

/// Connections that are opened when they are needed.
fn lanes(setting: &str, url: Option<&str>, (secrets, tls): (&ServiceSecrets, &Tls)) -> Result<Lanes, CommandError> {
    let url = url.ok_or_else(|| missing(setting, "this service calls it"))?;
    let lane = |_| Channel::remote_lane(url, tls).map(|channel| channel.with_credential(secrets));
    let lanes: Result<Vec<_>, _> = (0..LANES).map(lane).collect();
    Ok(Lanes::new(lanes.map_err(|error| invalid(setting, error))?))
}

/// As many as there would be connections.
pub fn lanes_inside(channel: &Channel) -> Lanes {
    Lanes::new(std::iter::repeat_n(channel.clone(), LANES))
}

fn remote(setting: &str, url: Option<&str>, (secrets, tls): (&ServiceSecrets, &Tls)) -> Result<Channel, CommandError> {
    let url = url.ok_or_else(|| missing(setting, "this service calls it"))?;
    let channel = Channel::remote_over(url, tls).map_err(|error| invalid(setting, error))?;
    Ok(channel.repeating(&Methods::of(contracts::FILE_DESCRIPTOR_SET)).with_credential(secrets))
}

/// A door without a socket.
pub fn inside(microservice: &Microservice, secrets: &ServiceSecrets) -> Channel {
    microservice.in_process().with_credential(secrets)
}
