//! One question to an operator's port, without a client library.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Probes that take longer count as failed.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// The numbers of a busy process are the longest answer that is asked for.
const LARGEST_ANSWER: u64 = 8 * 1024 * 1024;

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    pub const fn is_ok(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// The answer of `authority` (`host:port`) to a GET.
pub async fn ask(authority: &str, path: &str) -> io::Result<Answer> {
    let asking = async {
        let mut stream = TcpStream::connect(authority).await?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(LARGEST_ANSWER).read_to_end(&mut answer).await?;
        read(&String::from_utf8_lossy(&answer)).ok_or_else(|| io::Error::other("what answers there speaks no HTTP"))
    };
    tokio::time::timeout(ANSWERS_WITHIN, asking).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let (version, rest) = head.split_once(' ')?;
    let status = rest.get(..3)?.parse().ok()?;
    version.starts_with("HTTP/1.").then(|| Answer { status, body: body.to_owned() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_its_status_line() {
        let answer = read("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 3\r\n\r\nno\n").unwrap();
        assert_eq!((answer.status, answer.body.as_str(), answer.is_ok()), (503, "no\n", false));
        assert!(read("HTTP/1.1 200\r\n\r\n").unwrap().is_ok());
        for noise in ["", "220 mail.example ESMTP\r\n\r\n", "HTTP/1.1 ok\r\n\r\n", "HTTP/1.1 200 OK\r\n"] {
            assert!(read(noise).is_none(), "{noise}");
        }
    }
}
