//! Every setting by name: what it is without being set, and whether it may be shown.

/// A setting.
pub struct Known {
    /// As in a settings file.
    pub name: &'static str,
    /// What it is unless it is set, in words.
    pub default: &'static str,
    /// Whether its value, or a part of it, is for nobody's eyes.
    pub is_secret: bool,
}

const fn plain(name: &'static str, default: &'static str) -> Known {
    Known { name, default, is_secret: false }
}

const fn secret(name: &'static str, default: &'static str) -> Known {
    Known { name, default, is_secret: true }
}

/// In the order in which they are told.
pub const CATALOG: &[Known] = &[
    plain("environment", "production"),
    plain("public_url", "none"),
    plain("issuer", "the public URL"),
    plain("apps", "guildhall"),
    secret("encryption_key", "none"),
    secret("service_secrets", "derived from the encryption key"),
    plain("http_listen", "127.0.0.1:8080"),
    plain("grpc_listen", "127.0.0.1:50051"),
    plain("ops_listen", "127.0.0.1:9090"),
    plain("reflection", "authenticated; public in dev"),
    plain("shutdown_delay_seconds", "5; 0 in dev"),
    plain("upstream_identity", "none"),
    plain("upstream_organizations", "none"),
    plain("upstream_invitations", "none"),
    plain("upstream_billing_context", "none"),
    plain("tls_certificate_path", "none: plain text"),
    plain("tls_key_path", "none"),
    plain("tls_client_ca_path", "none: callers are not asked"),
    plain("tls_client_names", "none"),
    plain("upstream_ca_path", "none"),
    plain("trusted_proxies", "none"),
    secret("database_url", "SQLite files in the data folder"),
    secret("migrate_database_url", "the database URL"),
    plain("database_prefix", "guildhall"),
    plain("database_pool", "10"),
    plain("data_dir", "./data"),
    plain("sqlite_durable", "on"),
    secret("mail", "none"),
    plain("mail_from", "none"),
    plain("mail_ca", "public authorities"),
    plain("mail_templates", "built in"),
    plain("product_name", "Guildhall"),
    plain("app_url", "the gateway's /"),
    plain("invitation_page", "the gateway's page"),
    plain("join_page", "the gateway's page"),
    plain("admin_email", "none"),
    secret("admin_password", "none"),
    plain("registration", "open"),
    plain("enumeration", "friendly"),
    plain("password_min_length", "15"),
    plain("password_memory_kib", "19456"),
    plain("password_passes", "2"),
    plain("password_memory_budget_mib", "64"),
    plain("access_token_seconds", "300"),
    plain("revocation_capacity", "100000"),
    plain("session_idle_days", "14"),
    plain("session_days", "30"),
    plain("session_remembered_idle_days", "30"),
    plain("session_remembered_days", "90"),
    plain("rate_limits", "on"),
    secret("stripe_secret_key", "none: plans are granted by the built-in provider"),
    secret("stripe_webhook_secret", "none"),
    plain("stripe_api_base", "Stripe's"),
    plain("stripe_api_version", "2025-03-31.basil"),
    plain("demo", "on"),
    plain("log", "info"),
    #[cfg(debug_assertions)]
    plain("fail_point", "none"),
    #[cfg(debug_assertions)]
    plain("clock_ahead_seconds", "none"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use service_kit::settings::RawSettings;

    use super::*;
    use crate::settings::{Environment, Settings};

    #[test]
    fn every_setting_that_is_read_is_told_and_no_other() {
        let mut raw = RawSettings::collect(None, std::iter::empty()).unwrap();
        Settings::of(&mut raw, Environment::Production).unwrap();
        let read: BTreeSet<&str> = raw.known().iter().copied().collect();
        let told: BTreeSet<&str> = CATALOG.iter().map(|known| known.name).collect();
        assert_eq!(told, read);
        assert_eq!(told.len(), CATALOG.len(), "none is told twice");
    }
}
