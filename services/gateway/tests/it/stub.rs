//! Stands for every service at once: answers RPCs as told, on a socket, and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Full};
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tonic::Status;

#[derive(Clone, Default)]
pub struct Stub(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    answers: HashMap<String, Planned>,
    seen: Vec<(String, HeaderMap, Bytes)>,
}

#[derive(Clone)]
enum Planned {
    Answer(Vec<u8>),
    /// A first answer, given again.
    Replay(Vec<u8>),
    /// One after the other, then nothing is planned.
    InTurn(VecDeque<Vec<u8>>),
    /// The same beginning for everybody who asks, then what is told.
    Stream(Vec<Vec<u8>>, Sender<Vec<u8>>),
    Refusal(Status),
    Silence,
}

impl Stub {
    /// Starts it; answers its URL as well.
    pub async fn start() -> (Self, String) {
        let stub = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (stub, url)
    }

    /// From now on calls of `rpc` (`package.Service/Method` without `guildhall.`) are answered with this.
    pub fn answers(&self, rpc: &str, message: impl Message) {
        self.plan(rpc, Planned::Answer(message.encode_to_vec()));
    }

    /// From now on calls of `rpc` are answered with this as their first answer.
    pub fn replays(&self, rpc: &str, message: impl Message) {
        self.plan(rpc, Planned::Replay(message.encode_to_vec()));
    }

    /// The next calls of `rpc` are answered with these, one each.
    pub fn answers_in_turn(&self, rpc: &str, messages: Vec<impl Message>) {
        self.plan(rpc, Planned::InTurn(messages.iter().map(Message::encode_to_vec).collect()));
    }

    pub fn refuses(&self, rpc: &str, status: impl Into<Status>) {
        self.plan(rpc, Planned::Refusal(status.into()));
    }

    /// From now on calls of `rpc` are answered with these and with whatever is sent, until the sender is dropped and another
    /// answer is planned.
    pub fn streams(&self, rpc: &str, beginning: &[impl Message]) -> Sender<Vec<u8>> {
        let (sender, _) = broadcast::channel(1_000);
        self.plan(rpc, Planned::Stream(beginning.iter().map(Message::encode_to_vec).collect(), sender.clone()));
        sender
    }

    pub fn stays_silent(&self, rpc: &str) {
        self.plan(rpc, Planned::Silence);
    }

    fn plan(&self, rpc: &str, planned: Planned) {
        self.0.lock().unwrap().answers.insert(format!("/guildhall.{rpc}"), planned);
    }

    /// The metadata and message of the last call of `rpc`.
    pub fn last<M: Message + Default>(&self, rpc: &str) -> (HeaderMap, M) {
        let memory = self.0.lock().unwrap();
        let path = format!("/guildhall.{rpc}");
        let (_, metadata, message) = memory.seen.iter().rev().find(|(seen, ..)| *seen == path).expect("a call");
        (metadata.clone(), M::decode(message.clone()).unwrap())
    }

    /// The RPCs that were called, in order.
    pub fn called(&self) -> Vec<String> {
        self.0.lock().unwrap().seen.iter().map(|(path, ..)| path.replacen("/guildhall.", "", 1)).collect()
    }

    pub fn calls(&self) -> usize {
        self.0.lock().unwrap().seen.len()
    }
}

async fn answer(State(stub): State<Stub>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let metadata = request.headers().clone();
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let planned = {
        let mut memory = stub.0.lock().unwrap();
        // One length-prefixed message (gRPC over HTTP/2): a flag, four bytes of length, the message.
        memory.seen.push((path.clone(), metadata, body.slice(5..)));
        match memory.answers.get_mut(&path) {
            Some(Planned::InTurn(answers)) => answers.pop_front().map(Planned::Answer),
            planned => planned.cloned(),
        }
    };
    match planned {
        Some(Planned::Answer(message)) => answered(&message),
        Some(Planned::Replay(message)) => {
            let mut replay = answered(&message);
            replay.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
            replay
        }
        Some(Planned::Stream(beginning, sender)) => streamed(beginning, sender.subscribe()),
        Some(Planned::Refusal(status)) => status.into_http(),
        Some(Planned::Silence | Planned::InTurn(_)) => std::future::pending().await,
        None => Status::unimplemented(format!("nothing is planned for {path}")).into_http(),
    }
}

fn streamed(beginning: Vec<Vec<u8>>, later: Receiver<Vec<u8>>) -> Response {
    let later = stream::unfold(later, |mut later| async move { Some((later.recv().await.ok()?, later)) });
    let all = stream::iter(beginning).chain(later).map(|message| Ok::<_, Infallible>(framed(&message)));
    Response::builder().header("content-type", "application/grpc").body(Body::from_stream(all)).unwrap()
}

fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], length.as_slice(), message].concat()
}

fn answered(message: &[u8]) -> Response {
    let framed = framed(message);
    let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from_static("0"))]);
    let body = Full::new(Bytes::from(framed)).with_trailers(async { Some(Ok(trailers)) });
    Response::builder().header("content-type", "application/grpc").body(Body::new(body)).unwrap()
}
