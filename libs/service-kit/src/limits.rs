//! Bounds that every service keeps.

/// Largest message that a service reads, in bytes: a body of 1 MiB that is handed on as it came, and what goes beside it.
pub const LARGEST_MESSAGE: usize = (1024 + 64) * 1024;

/// Calls that one service works on at once; beyond it callers are asked to retry.
pub const CALLS_AT_ONCE: usize = 1024;

/// Streams that stay, on one connection: fewer than a server takes there.
pub const STREAMS_IN_A_LANE: usize = 100;
