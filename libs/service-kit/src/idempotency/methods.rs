//! What the protos say of repeating a call.

use std::collections::HashMap;
use std::sync::Arc;

use prost::Message;
use prost_types::method_options::IdempotencyLevel;
use prost_types::{FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto};

/// What a key means for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repetition {
    /// Nothing: the call only reads.
    Ignored,
    /// When the first answer was lost, the call may run again: it changes nothing more.
    Again,
    /// When the first run has changed something, the call never runs again.
    Never,
    /// The call is a stream, whose answer cannot be kept.
    Impossible,
}

/// Every call of a descriptor set, by its path.
#[derive(Clone)]
pub(super) struct Methods(Arc<HashMap<String, Repetition>>);

impl Methods {
    /// A damaged set counts as an empty one: reflection refuses to serve it anyway.
    pub(super) fn of(descriptors: &[u8]) -> Self {
        let files = FileDescriptorSet::decode(descriptors).unwrap_or_default().file;
        Self(Arc::new(files.iter().flat_map(methods_of).collect()))
    }

    pub(super) fn repetition(&self, path: &str) -> Repetition {
        self.0.get(path).copied().unwrap_or(Repetition::Never)
    }
}

fn methods_of(file: &FileDescriptorProto) -> impl Iterator<Item = (String, Repetition)> {
    file.service.iter().flat_map(move |service| {
        service.method.iter().map(move |method| {
            let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
            (path, repetition_of(method))
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
