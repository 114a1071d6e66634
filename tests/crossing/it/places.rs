//! The places of a call, as it passes them when nobody disturbs it.

/// Where a call can be held.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: String,
    /// Whether a transaction is open there: whoever needs the same rows waits for it.
    pub is_locking: bool,
}

/// Finds out where transactions are open.
pub fn of(passed: Vec<String>) -> Vec<Place> {
    let mut open = Vec::new();
    let mut places = Vec::new();
    for name in passed {
        let (call, what) = name.split_once('/').expect("call and place");
        match what.split(':').next() {
            Some("begin") => open.push(call.to_owned()),
            Some("commit") => open.retain(|of| of != call),
            _ => {}
        }
        places.push(Place { is_locking: !open.is_empty(), name });
    }
    places
}
