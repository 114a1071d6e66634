//! Why nothing could be measured.

/// Ends the run; what it says is for whoever started it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
