//! What the protos say of repeating a call.

use std::collections::HashMap;
use std::sync::Arc;

use prost::Message;
use prost_types::method_options::IdempotencyLevel;
use prost_types::{FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto};

/// What a key means for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// Nothing: the call only reads.
    Ignored,
    /// When the first answer was lost, the call may run again: it changes nothing more.
    Again,
    /// When the first run has changed something, the call never runs again.
    Never,
    /// The call is a stream, whose answer cannot be kept.
    Impossible,
}

/// Every call of a descriptor set, and what its `idempotency_level` says of repeating it. Cheap to clone.
#[derive(Clone)]
pub struct Methods(Arc<HashMap<String, Method>>);

#[derive(Clone, Copy)]
struct Method {
    repetition: Repetition,
    /// One message there, one back.
    is_unary: bool,
}

impl Methods {
    /// The calls of an encoded descriptor set. A damaged set counts as an empty one: reflection refuses to serve it anyway.
    pub fn of(descriptors: &[u8]) -> Self {
        let files = FileDescriptorSet::decode(descriptors).unwrap_or_default().file;
        Self(Arc::new(files.iter().flat_map(methods_of).collect()))
    }

    pub(crate) fn repetition(&self, path: &str) -> Repetition {
        self.0.get(path).map_or(Repetition::Never, |method| method.repetition)
    }

    /// Whether the call is known, and one message there and one back.
    pub(crate) fn is_unary(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|method| method.is_unary)
    }
}

fn methods_of(file: &FileDescriptorProto) -> impl Iterator<Item = (String, Method)> {
    file.service.iter().flat_map(move |service| {
        service.method.iter().map(move |method| {
            let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
            let is_unary = !(method.client_streaming() || method.server_streaming());
            (path, Method { repetition: repetition_of(method), is_unary })
        })
    })
}

fn repetition_of(method: &MethodDescriptorProto) -> Repetition {
    let level = method.options.as_ref().map(|options| options.idempotency_level()).unwrap_or_default();
    match level {
        IdempotencyLevel::NoSideEffects => Repetition::Ignored,
        _ if method.client_streaming() || method.server_streaming() => Repetition::Impossible,
        IdempotencyLevel::Idempotent => Repetition::Again,
        IdempotencyLevel::IdempotencyUnknown => Repetition::Never,
    }
}
