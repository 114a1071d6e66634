//! What `dev` prints when it is ready.

use std::io::IsTerminal;
use std::time::Duration;

use crate::demo;
use crate::ready::Ready;
use crate::say::say;
use crate::settings::{MailSettings, ReflectionSetting, Settings};

/// Shows people where everything is, and tells programs in one line of JSON.
pub fn print(settings: &Settings, ready: &Ready, started_in: Duration) {
    say!("{}", text(settings, ready, started_in));
    if !std::io::stdout().is_terminal()
        && let Ok(line) = serde_json::to_string(ready)
    {
        say!("{line}");
    }
}

fn text(settings: &Settings, ready: &Ready, started_in: Duration) -> String {
    let http = &ready.http;
    let grpc_of =
        |service: &str| ready.grpc.get(service).map_or("", |url| url.trim_start_matches("http://")).to_owned();
    let place = if settings.is_embedded() {
        format!("SQLite in {}", settings.data_dir.display())
    } else {
        "Postgres".to_owned()
    };
    let mut lines = vec![format!(
        "guildhall dev {}  ({place})  ready in {:.1} s\n",
        env!("CARGO_PKG_VERSION"),
        started_in.as_secs_f32()
    )];
    lines.push(format!("  HTTP      {http}/api/v1   document {http}/docs"));
    if matches!(settings.mail, Some(MailSettings::Mailbox)) {
        lines.push(format!("  Mailbox   {http}/dev/mail"));
    }
    if ready.pids.len() == 1 {
        let reflection = match settings.reflection {
            ReflectionSetting::Public => "on",
            ReflectionSetting::Authenticated => "for those who are signed in",
            ReflectionSetting::Off => "off",
        };
        lines.push(format!("  gRPC      {}   reflection {reflection}", grpc_of("identity")));
        lines.push(format!("  Ops       {}/livez /readyz", ready.ops.get("gateway").map_or("", String::as_str)));
    } else {
        for (service, url) in &ready.grpc {
            let pid = ready.pids.get(service).copied().unwrap_or_default();
            let ops = ready.ops.get(service).map_or("", String::as_str);
            lines.push(format!("  {service:<16}gRPC {}   ops {ops}   pid {pid}", url.trim_start_matches("http://")));
        }
    }
    if settings.with_demo {
        for (email, what) in demo::LOGINS {
            lines.push(format!("  Sign in   {email} / {}   {what}", demo::PASSWORD));
        }
        let login = format!(r#"{{"email":"{}","password":"{}"}}"#, demo::LOGINS[0].0, demo::PASSWORD);
        lines.push("\nTry".to_owned());
        lines.push(format!("  curl -s {http}/api/v1/auth/login -H 'content-type: application/json' -d '{login}'"));
        lines.push(format!(
            "  grpcurl -plaintext -d '{login}' {} guildhall.identity.v1.AuthenticationService/Login",
            grpc_of("identity")
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}
