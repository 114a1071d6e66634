//! The composition root: builds services and hands each the channels to those it calls. Whether a
//! channel is a function call or a socket is decided here and known nowhere else.

mod build;
mod check;
mod counted_mailer;
mod doors;
mod parts;

use axum::Router;
use service_kit::continuous::ContinuousWork;
use service_kit::http_server::serve_http;
use service_kit::reflection::Reflection;
use service_kit::serve::{Front, Release};
use service_kit::telemetry::LogFilter;
use service_kit::{Channel, Metrics, Microservice, Stop, Tls};
use token_verification::RevocationFeed;
use tokio_util::sync::CancellationToken;

pub use self::check::check;
pub use self::doors::{CALLED_PLAINLY, Doors, RemoteDoors, is_plain_beside_tls};
use self::doors::{inside, lanes_inside};
pub use self::parts::Parts;
use crate::CommandError;
use crate::command_line::Served;
use crate::listeners::Listeners;
use crate::observed::VERSION;
use crate::revocations;
use crate::settings::Settings;

/// What this binary was built from. Whoever builds a release says which commit it is.
pub const RELEASE: Release = Release { name: "guildhall", version: VERSION, commit: option_env!("GUILDHALL_COMMIT") };

/// Services ready to be served.
pub struct Composed {
    microservices: Vec<Microservice>,
    http: Option<Router>,
    /// Ends what the gateway would tell for ever.
    streams_end: CancellationToken,
    /// Tells signing keys and narrowing changes.
    identity: Channel,
    /// Hears them.
    feed: RevocationFeed,
    metrics: Metrics,
    tls: Tls,
    reflection: Reflection,
    /// What operators may change meanwhile.
    log_filter: Option<LogFilter>,
}

/// Builds what was asked for.
pub async fn compose(settings: &Settings, parts: &Parts, what: Served) -> Result<Composed, CommandError> {
    match what {
        Served::All => Ok(all(settings, parts).await?.0),
        one => alone(settings, parts, one).await,
    }
}

/// Every service in this process, and the doors to them.
pub async fn all(settings: &Settings, parts: &Parts) -> Result<(Composed, Doors), CommandError> {
    let secrets = &parts.trust.service_secrets;
    let organizations = build::organizations(settings, parts).await?;
    let to_organizations = inside(&organizations, secrets);
    let billing_context = build::billing_context(settings, parts, &to_organizations).await?;
    let to_billing_context = inside(&billing_context, secrets);
    let identity = build::identity(settings, parts, &to_organizations, &to_billing_context).await?;
    let to_identity = inside(&identity, secrets);
    let invitations = build::invitations(settings, parts, &to_organizations, &to_identity).await?;
    let doors = Doors {
        identity: to_identity.clone(),
        organizations: to_organizations,
        invitations: inside(&invitations, secrets),
        billing_context: to_billing_context,
        revocations: lanes_inside(&to_identity),
    };
    let streams_end = CancellationToken::new();
    let http = build::gateway(settings, parts, &doors, &streams_end)?;
    let gateway = build::gateway_for_operators(parts);
    let microservices = vec![organizations, billing_context, identity, invitations, gateway];
    let composed = Composed {
        microservices,
        http: Some(http),
        streams_end,
        identity: to_identity,
        feed: parts.feed.clone(),
        metrics: parts.metrics.clone(),
        tls: parts.tls.clone(),
        reflection: settings.reflection.of(&parts.trust),
        log_filter: parts.log_filter.clone(),
    };
    Ok((composed, doors))
}

async fn alone(settings: &Settings, parts: &Parts, what: Served) -> Result<Composed, CommandError> {
    let doors = RemoteDoors { urls: &settings.upstreams, secrets: &parts.trust.service_secrets, tls: &parts.tls };
    let streams_end = CancellationToken::new();
    let of_one = |microservice, identity| {
        let (streams_end, feed, metrics) = (streams_end.clone(), parts.feed.clone(), parts.metrics.clone());
        let (tls, reflection, log_filter) =
            (parts.tls.clone(), settings.reflection.of(&parts.trust), parts.log_filter.clone());
        let microservices = vec![microservice];
        Composed { microservices, http: None, streams_end, identity, feed, metrics, tls, reflection, log_filter }
    };
    match what {
        Served::Identity => {
            let (organizations, billing_context) = (doors.organizations()?, doors.billing_context()?);
            let microservice = build::identity(settings, parts, &organizations, &billing_context).await?;
            let itself = inside(&microservice, doors.secrets);
            Ok(of_one(microservice, itself))
        }
        Served::Organizations => {
            let identity = doors.identity()?;
            Ok(of_one(build::organizations(settings, parts).await?, identity))
        }
        Served::Invitations => {
            let (organizations, identity) = (doors.organizations()?, doors.identity()?);
            Ok(of_one(build::invitations(settings, parts, &organizations, &identity).await?, identity))
        }
        Served::BillingContext => {
            let (organizations, identity) = (doors.organizations()?, doors.identity()?);
            Ok(of_one(build::billing_context(settings, parts, &organizations).await?, identity))
        }
        Served::Gateway | Served::All => {
            let doors = Doors {
                identity: doors.identity()?,
                organizations: doors.organizations()?,
                invitations: doors.invitations()?,
                billing_context: doors.billing_context()?,
                revocations: doors.revocations()?,
            };
            let http = Some(build::gateway(settings, parts, &doors, &streams_end)?);
            Ok(Composed { http, ..of_one(build::gateway_for_operators(parts), doors.identity) })
        }
    }
}

impl Composed {
    /// Serves until `stop`: first the gateway ends, then the services behind it. If either ends by
    /// itself, so does the other.
    pub async fn serve(self, listeners: Listeners, stop: Stop) -> Result<(), CommandError> {
        let stop_services = stop.behind();
        let hearing = {
            let (feed, identity) = (self.feed.clone(), self.identity.for_streams());
            let work = move |stop| revocations::hear(feed.clone(), identity.clone(), stop);
            tokio::spawn(ContinuousWork::new("hear_revocations", work).run(stop_services.ending().clone()))
        };
        let stop_gateway = stop.part();
        let services = {
            let (stop_services, stop_gateway) = (stop_services.clone(), stop_gateway.clone());
            let front = Front {
                grpc: listeners.grpc,
                tls: self.tls.clone(),
                ops: listeners.ops,
                descriptors: contracts::FILE_DESCRIPTOR_SET,
                reflection: self.reflection,
                metrics: self.metrics,
                release: RELEASE,
                log_filter: self.log_filter,
            };
            let serving = service_kit::serve::serve(self.microservices, front, stop_services);
            // What is left of a process that serves nothing must not stay up.
            tokio::spawn(stop_gateway.ends_with(serving))
        };
        let streams_end = self.streams_end;
        let ending = stop_gateway.clone();
        tokio::spawn(async move {
            ending.ending().cancelled().await;
            streams_end.cancel();
        });
        let gateway_ended = match (self.http, listeners.http) {
            (Some(router), Some(listener)) => serve_http(listener, router, stop_gateway).await,
            _ => {
                stop_gateway.ending().cancelled().await;
                Ok(())
            }
        };
        stop_services.end();
        hearing.await?;
        services.await??;
        Ok(gateway_ended?)
    }
}
