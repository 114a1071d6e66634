//! TLS between services: files that hold certificates, and who may call.

use std::path::PathBuf;

use service_kit::settings::{RawSettings, SettingsError, invalid, missing};
use service_kit::tls::{CallerNames, Callers, OwnCertificate, TlsSettings};

/// Settings of which one alone means nothing are refused: half of them would be less than what was meant.
pub fn read(raw: &mut RawSettings) -> Result<TlsSettings, SettingsError> {
    let certificate = raw.parse::<PathBuf>("tls_certificate_path")?;
    let key = raw.parse::<PathBuf>("tls_key_path")?;
    let authorities = raw.parse::<PathBuf>("tls_client_ca_path")?;
    let names = raw.parse::<CallerNames>("tls_client_names")?;
    let own = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(OwnCertificate { certificate, key }),
        (None, None) => None,
        (Some(_), None) => return Err(missing("tls_key_path", "GUILDHALL_TLS_CERTIFICATE_PATH is set, and has a key")),
        (None, Some(_)) => {
            return Err(missing("tls_certificate_path", "GUILDHALL_TLS_KEY_PATH is set, and is a certificate's"));
        }
    };
    let callers = match (authorities, names) {
        (Some(authorities), Some(names)) => Some(Callers { authorities, names }),
        (None, None) => None,
        (Some(_), None) => {
            let why =
                "callers are believed by GUILDHALL_TLS_CLIENT_CA_PATH; name those that are let in, or * for every one";
            return Err(missing("tls_client_names", why));
        }
        (None, Some(_)) => {
            let why = "GUILDHALL_TLS_CLIENT_NAMES is set, and no caller would be asked for a certificate";
            return Err(missing("tls_client_ca_path", why));
        }
    };
    if callers.is_some() && own.is_none() {
        return Err(invalid(
            "tls_client_ca_path",
            "asks callers for certificates, which needs GUILDHALL_TLS_CERTIFICATE_PATH",
        ));
    }
    let upstream_authorities = raw.parse("upstream_ca_path")?;
    Ok(TlsSettings { own, callers, upstream_authorities })
}

/// The setting that names this file.
pub const fn setting_of(file: service_kit::tls::TlsFile) -> &'static str {
    use service_kit::tls::TlsFile;
    match file {
        TlsFile::Certificate => "tls_certificate_path",
        TlsFile::ClientAuthorities => "tls_client_ca_path",
        TlsFile::UpstreamAuthorities => "upstream_ca_path",
    }
}
