//! `guildhall healthcheck`: for whoever looks after a process and has no other program at hand, such as a container engine.

use std::process::ExitCode;

use crate::probe::ask;

/// Fails to run for an address that cannot be asked.
const USAGE: u8 = 2;

/// Success when the probe at `url` says yes.
pub async fn run(url: &str) -> ExitCode {
    let Some((authority, path)) = parts_of(url) else {
        eprintln!("guildhall: {url} cannot be asked; give an address such as http://127.0.0.1:9090/readyz");
        return ExitCode::from(USAGE);
    };
    match ask(&authority, path).await {
        Ok(answer) if answer.is_ok() => ExitCode::SUCCESS,
        Ok(answer) => {
            eprintln!("guildhall: {url} answered {}: {}", answer.status, answer.body.trim());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("guildhall: {url} does not answer: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `host:port` and the path of an `http://` URL.
fn parts_of(url: &str) -> Option<(String, &str)> {
    let rest = url.strip_prefix("http://")?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let is_usable =
        !authority.is_empty() && !authority.starts_with(':') && url.bytes().all(|byte| byte.is_ascii_graphic());
    is_usable.then(|| (if has_port { authority.to_owned() } else { format!("{authority}:80") }, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_a_port_and_a_path() {
        for (url, authority, path) in [
            ("http://127.0.0.1:9090/readyz", "127.0.0.1:9090", "/readyz"),
            ("http://[::1]:9090/readyz?verbose", "[::1]:9090", "/readyz?verbose"),
            ("http://identity/livez", "identity:80", "/livez"),
            ("http://127.0.0.1:9090", "127.0.0.1:9090", "/"),
        ] {
            assert_eq!(parts_of(url), Some((authority.to_owned(), path)));
        }
        for url in
            ["", "127.0.0.1:9090", "https://identity:9090/readyz", "http://", "http://:9090/", "http://a:1/\r\nx: y"]
        {
            assert_eq!(parts_of(url), None, "{url}");
        }
    }
}
