//! Ports for processes that are told where to listen before they start.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Mutex;

use rand::RngExt;

/// Below the range from which systems hand out ports by themselves (32,768 and up on Linux, 49,152 by RFC 6335): whoever
/// connects or listens on "any port" meanwhile is never given one of these.
const RANGE: std::ops::Range<u16> = 10_240..32_768;

static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// An address on loopback that nobody listens on, and that no test of this run is given again.
pub fn free() -> SocketAddr {
    let mut given = GIVEN.lock().expect("the ports given so far");
    let given = given.get_or_insert_default();
    loop {
        let port = rand::rng().random_range(RANGE);
        if !given.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            given.insert(port);
            return SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        }
    }
}
