//! A mail server that takes mails over loopback and keeps them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the sink answers.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Accepting,
    /// Answers RCPT with this line.
    Refusing(&'static str),
    /// On its first connection, takes the content of a mail and says nothing more.
    MuteAtFirst,
}

#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: String,
    pub content: String,
    /// The number of the connection it came over, from 0.
    pub connection: usize,
}

pub struct Sink {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Sink {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let address = listener.local_addr().expect("a bound address");
        let received = Arc::new(Mutex::new(Vec::new()));

        let sink = Self { address, received: Arc::clone(&received) };
        tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, manner, connections, Arc::clone(&received)));
                connections += 1;
            }
        });
        sink
    }

    pub fn url(&self) -> SecretString {
        SecretString::from(format!("smtp://{}", self.address))
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("an unpoisoned lock").clone()
    }
}

async fn converse(stream: TcpStream, manner: Manner, connection: usize, received: Arc<Mutex<Vec<Received>>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut from = String::new();
    let mut to = String::new();
    let _ = writer.write_all(b"220 sink.test ESMTP\r\n").await;

    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250 sink.test",
            "MAIL" => {
                from = line;
                "250 2.1.0 sender ok"
            }
            "RCPT" => match manner {
                Manner::Refusing(reply) => reply,
                _ => {
                    to = line;
                    "250 2.1.5 recipient ok"
                }
            },
            "DATA" => {
                let _ = writer.write_all(b"354 go ahead\r\n").await;
                let mut content = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    content.push_str(line.strip_prefix('.').unwrap_or(&line));
                    content.push('\n');
                }
                if manner == Manner::MuteAtFirst && connection == 0 {
                    while let Ok(Some(_ignored)) = lines.next_line().await {}
                    return;
                }
                let mail = Received { from: from.clone(), to: to.clone(), content, connection };
                received.lock().expect("an unpoisoned lock").push(mail);
                "250 2.0.0 taken"
            }
            "QUIT" => "221 2.0.0 bye",
            _ => "250 2.0.0 ok",
        };
        if writer.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() || verb == "QUIT" {
            return;
        }
    }
}
